#include "tests/crash/killers.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <ostream>
#include <signal.h>
#include <thread>

#include <ninelives/spec/toml.hpp>

#include "supervisor/node/marks.hpp"
#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/proc.hpp"
#include "tests/crash/management.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

bool any(const std::vector<SeenRow>& rows, ipc::RowState state) {
  return std::ranges::any_of(rows, [state](const SeenRow& row) { return row.state == state; });
}

// Told from the rows of those below, which say `starting` before there is a process, and `stopping` before it
// is asked.
Moment moment_of(bool is_booting, const std::vector<SeenRow>& below) {
  if (is_booting) return &Kills::booting;
  if (any(below, ipc::RowState::starting)) return &Kills::starting;
  return any(below, ipc::RowState::stopping) ? &Kills::stopping : &Kills::waiting;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Kills& kills) {
  return out << kills.booting + kills.starting + kills.stopping + kills.waiting << " kills: " << kills.booting
             << " while booting, " << kills.starting << " while children were starting, " << kills.stopping
             << " while some were stopping, " << kills.waiting << " at other times";
}

bool has_its_process(const SeenRow& row, const std::filesystem::path& node) {
  if (row.os_pid <= 0) return false;
  const std::string environment = '\0' + supervisor::environment_of(row.os_pid).value_or("");
  const auto has = [&](const std::string& mark) { return environment.contains('\0' + mark + '\0'); };
  return std::ranges::all_of(supervisor::marks_of(node, row.pid), has);
}

// ---- below the root

SupervisorKiller::SupervisorKiller(const RunningNode& node, const TreeSpec& tree, std::uint64_t seed)
    : root_(node.root_pid()),
      table_(node.table()),
      names_(all_names(tree)),
      victims_(supervisor_names(tree)),
      numbers_(seed) {}

Kills SupervisorKiller::run(std::chrono::seconds duration) {
  Kills kills;
  const KillingTime time(duration);
  while (!time.is_over(kills)) {
    pause();
    static_cast<void>(kill(victims_[numbers_() % victims_.size()], kills));
  }
  return kills;
}

// The life that it was; nothing if it has none just now.
std::optional<Incarnation> SupervisorKiller::kill(const std::string& name, Kills& kills) {
  const auto row = table_.find(name);
  const ipc::UniqueFd pidfd = row ? open_child(*row, root_) : ipc::UniqueFd();
  if (!pidfd) return std::nullopt;
  auto below = table_.children();
  std::erase_if(below, [&](const SeenRow& child) { return child.supervisor != row->pid.slot; });
  ++(kills.*moment_of(row->state == ipc::RowState::starting, below));
  supervisor::send_signal(pidfd.get(), SIGKILL);
  return row->pid.incarnation;
}

bool SupervisorKiller::kill_and_wait(const std::string& name) {
  Kills kills;
  std::optional<Incarnation> life;
  return wait_until([&] { return (life = kill(name, kills)).has_value(); }) &&
         wait_until([&] { return table_.row(name).pid.incarnation > *life; });
}

bool SupervisorKiller::kill_all_and_wait() {
  for (const SeenRow& row : table_.children()) {
    if (row.supervisor == ipc::root_slot && !kill_and_wait(row.name)) return false;
  }
  return wait_until([&] { return is_complete(); });
}

bool SupervisorKiller::is_complete() const {
  const auto rows = table_.children();
  return rows.size() == names_.size() && std::ranges::all_of(rows, [&](const SeenRow& row) {
           return row.state == ipc::RowState::running && std::ranges::find(names_, row.name) != names_.end();
         });
}

// Now and then several are killed at once; and now and then all may come to rest before, however slow the
// machine is, or whoever calls would wait for ever.
void SupervisorKiller::pause() {
  const auto manner = numbers_() % 100;
  if (manner < 30) wait_until([&] { return is_at_rest(); });
  const std::uint64_t longest = manner >= 85 ? 300 : 25'000;
  std::this_thread::sleep_for(std::chrono::microseconds(numbers_() % longest));
}

bool SupervisorKiller::is_at_rest() const {
  const auto rows = table_.children();
  return !any(rows, ipc::RowState::restarting) && !any(rows, ipc::RowState::starting);
}

// ---- the root

// The events of the run before would be taken for those of this one.
RunningNode RootKiller::run() {
  std::filesystem::remove(sandbox_ / (tree_.node + ".events"));
  return RunningNode(sandbox_, to_toml(tree_), {{"SOLE", files_.directory()}});
}

void RootKiller::sleep_up_to(std::chrono::microseconds longest) {
  const auto most = static_cast<std::uint64_t>(longest.count());
  std::this_thread::sleep_for(std::chrono::microseconds(numbers_() % most));
}

void RootKiller::run_and_kill() {
  RunningNode node = run();
  if (numbers_() % 100 < 40) {  // while it boots, which takes some 50 ms
    sleep_up_to(120ms);
    return kill(node, node.events().count("started", last_child()) == 0 ? &Kills::booting : &Kills::waiting);
  }
  node.wait_for_start(last_child());
  kill_while_managed(node);
}

void RootKiller::kill_while_managed(RunningNode& node) {
  const NodeTable table = node.table();
  Manager manager = manager_of(tree_, numbers_());
  std::atomic<bool> stop = false;
  std::latch attached(1);
  std::jthread client([&] { manager.run(stop, [&] { attached.count_down(); }); });
  attached.wait();
  sleep_up_to(30ms);
  stir(node, table);
  kill(node, moment_of(false, table.children()));
  stop = true;
  client.join();
  failures_.insert(failures_.end(), manager.failures.begin(), manager.failures.end());
}

// So that it has more to do than what it is asked: it stops, or clears up behind a supervisor below.
void RootKiller::stir(RunningNode& node, const NodeTable& table) {
  const auto manner = numbers_() % 100;
  if (manner < 40) {
    node.root().signal(SIGTERM);
    sleep_up_to(40ms);
  } else if (manner < 80) {
    const auto names = supervisor_names(tree_);
    const auto row = table.find(names[numbers_() % names.size()]);
    const ipc::UniqueFd victim = row ? open_child(*row, node.root_pid()) : ipc::UniqueFd();
    if (victim) supervisor::send_signal(victim.get(), SIGKILL);
    sleep_up_to(30ms);
  }
}

void RootKiller::kill(RunningNode& node, Moment moment) {
  node.root().signal(SIGKILL);
  if (node.wait().signal == SIGKILL) ++(kills_.*moment);  // else it has ended before
}

bool RootKiller::run_and_stop() {
  RunningNode node = run();
  node.wait_for_start(last_child());
  const bool is_alone = sandbox_.node_directories() == std::vector{node.directory()};
  return is_alone && node.stop().code == 0 && sandbox_.node_directories().empty();
}

}  // namespace ninelives::test
