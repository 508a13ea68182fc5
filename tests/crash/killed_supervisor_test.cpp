// kill -9 of supervisors, below the root and the root itself, at any moment of what they do.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <signal.h>
#include <thread>

#include <ninelives/ipc/supervision.hpp>
#include <ninelives/node.hpp>
#include <ninelives/spec/toml.hpp>

#include "supervisor/node/marks.hpp"
#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/proc.hpp"
#include "tests/crash/footprint.hpp"
#include "tests/crash/load.hpp"
#include "tests/crash/management.hpp"
#include "tests/crash/sole_tree.hpp"
#include "tests/programs/sole.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/supervisor_api.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

const std::string lower = "upper/lower";

// What a supervisor was at when it was killed.
struct Kills {
  std::uint64_t starting = 0, running = 0, stopping = 0;
  std::uint64_t all() const { return starting + running + stopping; }
};
std::ostream& operator<<(std::ostream& out, const Kills& kills) {
  return out << kills.all() << " kills: " << kills.starting << " while it was starting children, "
             << kills.stopping << " while it was stopping some, " << kills.running << " while all was calm";
}

// Told from the rows, which say `starting` before the process is made, and `stopping` before it is asked.
void count(const NodeTable& table, const SeenRow& victim, Kills& kills) {
  bool starts = victim.state == ipc::RowState::starting, stops = false;
  for (const SeenRow& row : table.children()) {
    if (row.supervisor != victim.pid.slot) continue;
    starts = starts || row.state == ipc::RowState::starting;
    stops = stops || row.state == ipc::RowState::stopping;
  }
  ++(starts ? kills.starting : stops ? kills.stopping : kills.running);
}

class Killer {
 public:
  Killer(const RunningNode& node, std::vector<std::string> victims, std::uint64_t seed)
      : root_(node.root_pid()), table_(node.table()), victims_(std::move(victims)), numbers_(seed) {}

  Kills run(std::chrono::seconds duration) {
    Kills kills;
    const auto until = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(some_pause());
      kill(victims_[numbers_() % victims_.size()], kills);
    }
    return kills;
  }

  void kill(const std::string& name, Kills& kills) {
    const auto row = table_.find(name);
    const ipc::UniqueFd pidfd = row ? open_child(*row, root_) : ipc::UniqueFd();
    if (!pidfd) return;
    count(table_, *row, kills);
    supervisor::send_signal(pidfd.get(), SIGKILL);
  }

 private:
  // A boot of the whole tree takes some 50 ms. Now and then several are killed at once.
  std::chrono::microseconds some_pause() {
    const auto kind = numbers_() % 100;
    if (kind < 15) return std::chrono::microseconds(numbers_() % 300);
    if (kind < 60) return std::chrono::microseconds(numbers_() % 20'000);
    return std::chrono::microseconds(numbers_() % 120'000);
  }

  pid_t root_;
  NodeTable table_;
  std::vector<std::string> victims_;
  std::mt19937_64 numbers_;
};

// Everybody of the spec runs, and nobody else has a slot but guests.
bool is_complete(const NodeTable& table, const std::vector<std::string>& names) {
  const auto rows = table.children();
  return rows.size() == names.size() && std::ranges::all_of(rows, [&](const SeenRow& row) {
           return row.state == ipc::RowState::running && std::ranges::find(names, row.name) != names.end();
         });
}

// The process that a row tells of is there, and is that very life.
bool has_its_process(const SeenRow& row, const std::filesystem::path& node) {
  const auto marks = supervisor::marks_of(node, row.pid);
  const std::string environment = supervisor::environment_of(row.os_pid).value_or("");
  return std::ranges::all_of(marks, [&](const std::string& mark) {
    return environment.starts_with(mark + '\0') || environment.contains('\0' + mark + '\0');
  });
}

std::size_t zombies_in(const RunningNode& node) {
  std::size_t zombies = zombies_below(node.root_pid());
  for (const SeenRow& row : node.table().children()) {
    if (row.type == ipc::RowType::supervisor) zombies += zombies_below(row.os_pid);
  }
  return zombies;
}

// Processes that bear the mark of any node in the sandbox.
std::size_t processes_of(const std::filesystem::path& node) {
  std::size_t marked = 0;
  const std::string mark = supervisor::marks_of(node).front();
  for (const pid_t pid : supervisor::all_processes().value_or(std::vector<pid_t>())) {
    marked += supervisor::environment_of(pid).value_or(mark).contains(mark);
  }
  return marked;
}

struct Results {
  Kills kills;
  Manager manager;
  std::vector<Caller> callers;
};

void print(const Results& results) {
  std::cout << results.kills << "\nmanagement:";
  for (const auto& [outcome, count] : results.manager.outcomes)
    std::cout << ' ' << count << ' ' << outcome << ';';
  std::cout << "\ncalls:";
  for (const Caller& caller : results.callers) {
    for (const auto& [outcome, count] : caller.outcomes) std::cout << ' ' << count << ' ' << outcome << ';';
  }
  std::cout << '\n';
}

Manager manager_of(const TreeSpec& tree, std::uint64_t seed) {
  Manager manager{.supervisors = {}, .seed = seed};
  for (const std::string& name : supervisor_names(tree)) {
    Managed managed{.name = name, .children = supervisor_in(tree, name).children, .guests = {}};
    if (name == lower) managed.guests = {sole_worker(name, "x"), sole_worker(name, "y")};
    manager.supervisors.push_back(std::move(managed));
  }
  return manager;
}

Results under_fire(Killer& killer, const TreeSpec& tree, std::uint64_t seed) {
  Results results{.kills = {}, .manager = manager_of(tree, seed), .callers = {}};
  results.callers.assign(2, Caller{.servers = server_names(tree), .seed = seed});
  std::atomic<bool> stop = false;
  std::vector<std::jthread> clients;
  clients.emplace_back([&] { results.manager.run(stop); });
  for (Caller& caller : results.callers) clients.emplace_back([&] { caller.run(stop); });
  results.kills = killer.run(crash_duration());
  stop = true;
  clients.clear();
  return results;
}

// Each way that anybody has to anybody is walked, so that nothing is new afterwards.
void warm_up(const TreeSpec& tree) {
  const auto node = Node::attach();
  REQUIRE(node);
  for (const std::string& name : supervisor_names(tree)) {
    for (const ChildSpec& child : supervisor_in(tree, name).children) {
      const auto supervisor = supervisor_called(name);
      REQUIRE(supervisor.call(supervision::TerminateChild{child.id}, patience).value());
      REQUIRE(supervisor.call(supervision::RestartChild{child.id}, patience).value());
    }
  }
  for (const std::string& name : server_names(tree)) {
    REQUIRE(whereis<SoleApi>(name).call(Echo{1}, patience).value() == 1);
  }
}

}  // namespace

TEST_CASE("supervisors that are killed at any moment leave nobody behind, and all of the tree comes again") {
  const auto seed = crash_seed();
  CAPTURE(seed);
  std::cout << "NINELIVES_SEED=" << seed << '\n';
  const Sandbox sandbox;
  const SoleFiles files(sandbox / "sole");
  const TreeSpec tree = sole_tree("stranger");
  const auto names = all_names(tree);
  RunningNode node(sandbox, to_toml(tree), {{"SOLE", files.directory()}});
  node.wait_for_start("group");
  warm_up(tree);
  REQUIRE(is_complete(node.table(), names));
  Footprint before = footprint_of(node, node.table().row("upper/a").os_pid);
  before.root_descriptors += supervisor_names(tree).size();  // the doors of those not found asleep so far
  const std::size_t slots = node.table().slots_in_use();

  Killer killer(node, supervisor_names(tree), seed);
  const Results results = under_fire(killer, tree, seed);
  print(results);
  CHECK(results.kills.starting > 0);
  CHECK(results.kills.running > 0);
  CHECK(results.kills.stopping > 0);
  CHECK(results.manager.failures == std::vector<std::string>{});
  for (const Caller& caller : results.callers) CHECK(caller.failures == std::vector<std::string>{});

  // Whatever the clients have stopped and added is forgotten with the lives of its supervisors.
  Kills last;
  for (const std::string& name : {std::string("upper"), std::string("group")}) {
    REQUIRE(wait_until([&] { return node.table().row(name).state == ipc::RowState::running; }));
    killer.kill(name, last);
  }
  // The table may not have heard of the last death yet.
  CHECK(wait_until([&] {
    return is_complete(node.table(), names) &&
           std::ranges::all_of(node.table().children(), [&](const SeenRow& row) {
             return !row.is_alive || has_its_process(row, node.directory());
           });
  }));
  CHECK(files.violations() == "");
  CHECK(wait_until([&] { return zombies_in(node) == 0; }));
  CHECK(wait_until([&] { return node.table().slots_in_use() <= slots; }));
  const Footprint after = settled_footprint(node, node.table().row("upper/a").os_pid, before);
  CAPTURE(before, after);
  std::cout << "before: " << before << "\nafter:  " << after << '\n';
  CHECK(after.fits_into(before));

  const auto directory = node.directory();
  CHECK(node.stop().code == 0);
  CHECK(processes_of(directory) == 0);
  CHECK(files.held() == std::vector<std::string>{});
  CHECK(children_of(::getpid()).empty());
  CHECK(files.violations() == "");
}

}  // namespace ninelives::test
