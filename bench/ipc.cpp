// Calls and casts through the public API, codec included, against a worker under a real supervisor, beside the limit of the
// machine: two words that two threads on two cores spin on, and a futex that both sleep on. All in one run, in turns; the
// medians of the turns, with the lowest and the highest.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <linux/futex.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ninelives/node.hpp>

#include "echo_api.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Samples = std::vector<double>;  // ns

constexpr int turns = 9;

double quantile(Samples samples, double q) {
  std::sort(samples.begin(), samples.end());
  return samples[static_cast<std::size_t>(static_cast<double>(samples.size() - 1) * q)];
}

double since(Clock::time_point begin) {
  return static_cast<double>(std::chrono::nanoseconds(Clock::now() - begin).count());
}

// ---- the bare machine

double bare_spin(int rounds) {
  alignas(64) std::atomic<int> ping{0};
  alignas(64) std::atomic<int> pong{0};
  std::thread other([&] {
    for (int i = 1; i <= rounds; ++i) {
      while (ping.load(std::memory_order::acquire) != i) {
      }
      pong.store(i, std::memory_order::release);
    }
  });
  Samples samples;
  for (int i = 1; i <= rounds; ++i) {
    const auto begin = Clock::now();
    ping.store(i, std::memory_order::release);
    while (pong.load(std::memory_order::acquire) != i) {
    }
    samples.push_back(since(begin));
  }
  other.join();
  return quantile(samples, 0.5);
}

void await_word(std::atomic<int>& word, int value) {
  for (int seen = word.load(); seen != value; seen = word.load()) {
    ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, nullptr, nullptr, 0);
  }
}

void store_word(std::atomic<int>& word, int value) {
  word.store(value);
  ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

double bare_futex(int rounds) {
  std::atomic<int> ping{0};
  std::atomic<int> pong{0};
  std::thread other([&] {
    for (int i = 1; i <= rounds; ++i) {
      await_word(ping, i);
      store_word(pong, i);
    }
  });
  Samples samples;
  for (int i = 1; i <= rounds; ++i) {
    const auto begin = Clock::now();
    store_word(ping, i);
    await_word(pong, i);
    samples.push_back(since(begin));
  }
  other.join();
  return quantile(samples, 0.5);
}

// ---- ours

const Lookup lookup{"a key, 15 bytes"};

double call(const ninelives::Ref<EchoApi>& echo, int rounds) {
  Samples samples;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = Clock::now();
    if (!echo.call(lookup)) std::abort();
    samples.push_back(since(begin));
  }
  return quantile(samples, 0.5);
}

// The server has given up spinning and sleeps when the call comes.
double call_asleep(const ninelives::Ref<EchoApi>& echo, int rounds) {
  Samples samples;
  for (int i = 0; i < rounds; ++i) {
    std::this_thread::sleep_for(std::chrono::microseconds(300));
    const auto begin = Clock::now();
    if (!echo.call(lookup)) std::abort();
    samples.push_back(since(begin));
  }
  return quantile(samples, 0.5);
}

// ns a cast, until the last one has been handled.
double cast(const ninelives::Ref<EchoApi>& echo, int rounds) {
  const Note note{std::string(64, 'x')};
  const auto begin = Clock::now();
  for (int i = 0; i < rounds; ++i) {
    if (!echo.cast(note)) std::abort();
  }
  if (!echo.call(Count{})) std::abort();
  return since(begin) / rounds;
}

// ---- a node of our own

class OwnNode {
 public:
  OwnNode() {
    directory_ = "/dev/shm/ninelives-bench.XXXXXX";
    if (!::mkdtemp(directory_.data())) std::abort();
    ::setenv("NINELIVES_DIR", directory_.c_str(), 1);
    const std::string tree = directory_ + "/tree.toml";
    std::string worker = ::realpath("/proc/self/exe", nullptr);
    worker = worker.substr(0, worker.rfind('/')) + "/bench_echo";
    std::ofstream(tree) << "node = \"bench\"\n[[child]]\nid = \"echo\"\ncommand = [\"" << worker << "\"]\n";
    std::string program = NINELIVES_COMMAND, run = "run";
    std::vector<char*> arguments{program.data(), run.data(), const_cast<char*>(tree.c_str()), nullptr};
    if (::posix_spawn(&root_, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0) std::abort();
  }
  OwnNode(const OwnNode&) = delete;
  OwnNode& operator=(const OwnNode&) = delete;
  ~OwnNode() {
    ::kill(root_, SIGTERM);
    ::waitpid(root_, nullptr, 0);
    [[maybe_unused]] auto ignored = std::system(("rm -rf " + directory_).c_str());
  }

  ninelives::Node attach() const {
    for (;;) {
      auto node = ninelives::Node::attach("bench");
      if (node && ninelives::whereis<EchoApi>("echo").call(lookup)) return std::move(*node);
    }
  }

 private:
  std::string directory_;
  pid_t root_ = 0;
};

struct Row {
  std::string name;
  std::function<double()> turn;
  Samples medians = {};
};

}  // namespace

int main() {
  OwnNode own;
  auto node = own.attach();
  const auto echo = ninelives::whereis<EchoApi>("echo");
  std::vector<Row> rows{
      {"bare spin, two cores", [] { return bare_spin(50'000); }},
      {"call, both awake", [&] { return call(echo, 50'000); }},
      {"bare futex, both asleep", [] { return bare_futex(1'000); }},
      {"call, server asleep", [&] { return call_asleep(echo, 300); }},
      {"cast, 64 bytes", [&] { return cast(echo, 200'000); }},
  };
  for (int turn = 0; turn < turns; ++turn) {
    for (Row& row : rows) row.medians.push_back(row.turn());
  }
  std::printf("%-26s %12s %12s %12s\n", "ns, p50 of each turn", "median", "lowest", "highest");
  for (const Row& row : rows) {
    std::printf("%-26s %12.0f %12.0f %12.0f\n", row.name.c_str(), quantile(row.medians, 0.5),
                quantile(row.medians, 0), quantile(row.medians, 1));
  }
  auto ratio = [&](std::size_t ours, std::size_t bare) {
    return quantile(rows[ours].medians, 0.5) / quantile(rows[bare].medians, 0.5);
  };
  std::printf("\ncall awake / bare spin %.2f, call asleep / bare futex %.2f, casts %.1f M/s\n", ratio(1, 0), ratio(3, 2),
              1e3 / quantile(rows[4].medians, 0.5));
}
