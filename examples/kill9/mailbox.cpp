// `mailbox KILLS`: kills so many senders in the middle of what they do, while another one goes on, and looks
// whether all of its messages arrive at the counter.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <random>
#include <thread>

#include <ninelives/node.hpp>

#include "api.hpp"
#include "child.hpp"

namespace {

// At any moment between its exec and some thousand messages.
void kill_one_victim(std::mt19937& dice) {
  const pid_t victim = start("./sender", "victim");
  std::this_thread::sleep_for(std::chrono::microseconds(dice() % 8000));
  end(victim, SIGKILL);
}

// Ends the steady sender; how many messages it has sent.
unsigned long end_steady_sender(pid_t steady, std::FILE* its_words) {
  end(steady, SIGTERM);
  unsigned long sent = 0;
  return std::fscanf(its_words, "%lu", &sent) == 1 ? sent : 0;
}

int fail(const std::string& text) {
  std::fprintf(stderr, "mailbox: %s\n", text.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const long kills = argc > 1 ? std::atol(argv[1]) : 1000;
  auto node = ninelives::Node::attach("kill9");
  if (!node) return fail(node.error());
  const auto counter = ninelives::whereis<CounterApi>("counter");
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return fail("no pipe");
  const pid_t steady = start("./sender", "steady", pipe[1]);

  std::mt19937 dice(std::random_device{}());
  for (long kill = 1; kill <= kills; ++kill) {
    kill_one_victim(dice);
    if (kill % std::max(kills / 3, 1L) != 0) continue;
    const auto totals = counter.call(Count{});
    if (!totals) return fail(totals.error().text);
    std::printf("%ld senders killed, %lu messages of theirs have arrived, and %lu of the steady one's\n",
                kill, totals->victims, totals->steady);
    std::fflush(stdout);
  }
  const unsigned long sent = end_steady_sender(steady, ::fdopen(pipe[0], "r"));
  auto totals = counter.call(Count{});
  // There is no order between senders: what the steady one has left in the mailbox may come behind a call.
  for (int turns = 0; totals && totals->steady < sent && turns < 1000; ++turns)
    totals = counter.call(Count{});
  if (!totals) return fail(totals.error().text);
  const bool all = sent > 0 && totals->steady == sent && totals->out_of_order == 0;
  std::printf("the steady sender has sent %lu: %s\n", sent,
              all ? "all of them have arrived, in order" : "NOT all of them have arrived in order");
  return all ? 0 : 1;
}
