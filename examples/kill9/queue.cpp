// `queue KILLS`: the same with Boost.Interprocess' message_queue. Its lock lies in shared memory, and a
// process that dies while it holds it holds it for ever.
#include <atomic>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using boost::interprocess::message_queue;
using namespace std::chrono_literals;

constexpr auto given_up_after = 5s;  // the queue moves some hundred thousand messages a second

struct Hit {
  bool steady = false;
};

using Count = std::atomic<unsigned long>;

void send_for_ever(message_queue& queue, bool steady) {
  for (const Hit hit{steady};;) queue.send(&hit, sizeof hit, 0);
}

void count_for_ever(message_queue& queue, Count& arrived) {
  for (Hit hit;;) {
    message_queue::size_type bytes = 0;
    unsigned priority = 0;
    queue.receive(&hit, sizeof hit, bytes, priority);
    if (hit.steady) ++arrived;
  }
}

// A child process that does that until it is killed, by us or with us.
template <class Work>
pid_t start(Work work) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  work();
  std::_Exit(0);
}

void end(pid_t pid) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

// Do messages of the steady sender go on arriving?
bool still_moves(const Count& arrived) {
  const unsigned long before = arrived;
  const auto until = std::chrono::steady_clock::now() + given_up_after;
  while (arrived == before && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
  return arrived != before;
}

}  // namespace

int main(int argc, char** argv) {
  const long kills = argc > 1 ? std::atol(argv[1]) : 1000;
  const std::string name = "kill9." + std::to_string(::getpid());
  message_queue queue(boost::interprocess::create_only, name.c_str(), 1000, sizeof(Hit));
  message_queue::remove(name.c_str());  // the mapping stays, and its children inherit it
  void* shared = ::mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  auto& arrived = *new (shared) Count(0);

  const pid_t counter = start([&] { count_for_ever(queue, arrived); });
  const pid_t steady = start([&] { send_for_ever(queue, true); });
  std::mt19937 dice(std::random_device{}());
  long killed = 0;
  bool moves = still_moves(arrived);
  while (moves && killed < kills) {
    const pid_t victim = start([&] { send_for_ever(queue, false); });
    std::this_thread::sleep_for(std::chrono::microseconds(dice() % 8000));
    end(victim);
    ++killed;
    moves = still_moves(arrived);
  }
  end(steady);
  end(counter);
  std::printf("%ld senders killed: %s\n", killed,
              moves ? "messages of the steady sender still arrive" : "nothing arrives any more, for ever");
}
