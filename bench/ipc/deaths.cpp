// A death, and a server with a thousand monitors on the dead: from the moment in which the kernel says it to
// the server's callbacks. The way is pidfd, supervisor, row, bell, mailbox.
#include <poll.h>
#include <stdexcept>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/harness/check.hpp"
#include "bench/ipc/groups.hpp"
#include "ipc/node_files.hpp"
#include "ipc/table_view.hpp"

namespace ninelives::bench {
namespace {

constexpr std::uint64_t monitors = 1000;
constexpr std::chrono::seconds bound{10};

template <class T>
T value(std::expected<T, CallError> outcome) {
  if (!outcome) throw std::runtime_error(outcome.error().text);
  if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(Nanoseconds(Clock::now().time_since_epoch()).count());
}

Pid running_victim() {
  const auto victim = whereis<EchoApi>(BenchNode::idle_worker);
  for (const auto end = Clock::now() + bound; Clock::now() < end;) {
    if (victim.call(Lookup{"up?"})) return victim.pid().value();
  }
  throw std::runtime_error("the victim does not come again");
}

// When the kernel says that it is dead.
std::uint64_t kill_it(const BenchNode& bench, const Pid& victim) {
  const auto files = ipc::NodeFiles::open(bench.directory());
  if (!files) throw std::runtime_error(files.error().text);
  const auto table = ipc::TableView::open(*files);
  if (!table) throw std::runtime_error(table.error().text);
  const auto os_pid = table->row(victim.slot).os_pid.load();
  const Fd process(check(static_cast<int>(::syscall(SYS_pidfd_open, os_pid, 0)), "pidfd_open"));
  check(static_cast<int>(::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0)), "kill");
  pollfd readable{process.get(), POLLIN, 0};
  check(::poll(&readable, 1, -1), "poll");
  return now_ns();
}

Samples measure(const BenchNode& bench, Nanoseconds budget, std::uint64_t Downs::* which) {
  const Node node = bench.attach();
  const auto server = whereis<EchoApi>(BenchNode::server);
  Samples samples;
  for (const auto end = Clock::now() + budget; samples.empty() || Clock::now() < end;) {
    const Pid victim = running_victim();
    value(server.call(WatchMany{victim, monitors}));
    const std::uint64_t dead = kill_it(bench, victim);
    const Downs downs = value(server.call(AwaitDowns{}, bound));
    samples.push_back(static_cast<double>(std::max(downs.*which, dead) - dead));
  }
  return samples;
}

Row row(const char* name, const BenchNode& bench, std::uint64_t Downs::* which) {
  return {.name = name,
          .turn = [&bench, which](Nanoseconds budget) { return measure(bench, budget, which); }};
}

}  // namespace

std::vector<Group> death_groups(const BenchNode& node) {
  Group group{deaths,
              {row(last_down_row, node, &Downs::last_ns), row("the first Down", node, &Downs::first_ns)}};
  group.compared = false;
  return {group};
}

}  // namespace ninelives::bench
