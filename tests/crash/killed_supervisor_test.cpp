// kill -9 of supervisors, below the root and the root itself, at any moment of what they do.
#include <atomic>
#include <catch2/catch.hpp>
#include <iostream>
#include <thread>
#include <unistd.h>

#include <ninelives/node.hpp>
#include <ninelives/spec/toml.hpp>
#include <ninelives/supervisor.hpp>

#include "supervisor/node/marks.hpp"
#include "tests/crash/footprint.hpp"
#include "tests/crash/killers.hpp"
#include "tests/crash/load.hpp"
#include "tests/crash/management.hpp"
#include "tests/programs/sole.hpp"
#include "tests/support/processes.hpp"

namespace ninelives::test {
namespace {

std::size_t zombies_in(const RunningNode& node) {
  std::size_t zombies = zombies_below(node.root_pid());
  for (const SeenRow& row : node.table().children()) {
    if (row.type == ipc::RowType::supervisor) zombies += zombies_below(row.os_pid);
  }
  return zombies;
}

// Everybody who bears the mark of that node, which is over; they are dead afterwards.
std::size_t survivors_of(const std::filesystem::path& node) {
  supervisor::Sweep sweep;
  wait_until([&] {
    sweep = supervisor::kill_marked(supervisor::marks_of(node));
    return sweep.complete || !sweep.killed.empty();
  });
  return sweep.killed.size();
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

Results under_fire(SupervisorKiller& killer, const TreeSpec& tree, std::uint64_t seed) {
  Results results{.kills = {}, .manager = manager_of(tree, seed), .callers = {}};
  results.callers.assign(2, Caller{.servers = server_names(tree), .seed = seed});
  std::atomic<bool> stop = false;
  {
    std::vector<std::jthread> clients;
    clients.emplace_back([&] { results.manager.run(stop); });
    for (Caller& caller : results.callers) clients.emplace_back([&] { caller.run(stop); });
    results.kills = killer.run(crash_duration());
    stop = true;
  }
  return results;
}

// Each way that anybody has to anybody is walked, so that nothing is new afterwards.
void warm_up(const TreeSpec& tree) {
  const auto node = Node::attach();
  REQUIRE(node);
  for (const std::string& name : supervisor_names(tree)) {
    for (const ChildSpec& child : supervisor_in(tree, name).children) {
      const auto supervisor = whereis<SupervisorApi>(name);
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
  RunningNode node(sandbox, to_toml(tree), {{"SOLE", files.directory()}});
  node.wait_for_start("group");
  SupervisorKiller killer(node, tree, seed);
  warm_up(tree);
  REQUIRE(killer.is_complete());
  Footprint before = footprint_of(node, node.table().row("upper/a").os_pid);
  before.root_descriptors += supervisor_names(tree).size();  // their doors, opened when they are found asleep
  const std::size_t slots = node.table().slots_in_use();

  const Results results = under_fire(killer, tree, seed);
  print(results);
  CHECK(results.kills.has_each());
  CHECK(results.manager.failures == std::vector<std::string>{});
  for (const Caller& caller : results.callers) CHECK(caller.failures == std::vector<std::string>{});

  REQUIRE(killer.kill_all_and_wait());
  for (const SeenRow& row : node.table().children()) {
    CAPTURE(row.name, row.os_pid);
    CHECK(has_its_process(row, node.directory()));
  }
  CHECK(wait_until([&] { return files.held() == sole_names(tree); }));
  CHECK(wait_until([&] { return zombies_in(node) == 0; }));
  CHECK(wait_until([&] { return node.table().slots_in_use() <= slots; }));
  const Footprint after = settled_footprint(node, node.table().row("upper/a").os_pid, before);
  CAPTURE(before, after);
  std::cout << "before: " << before << "\nafter:  " << after << '\n';
  CHECK(after.fits_into(before));

  const auto directory = node.directory();
  CHECK(node.stop().code == 0);
  CHECK(survivors_of(directory) == 0);
  CHECK(files.held() == std::vector<std::string>{});
  CHECK(children_of(::getpid()).empty());
  CHECK(files.violations() == "");
}

TEST_CASE("a root that is killed at any moment leaves nobody alive, at any depth") {
  const auto seed = crash_seed();
  CAPTURE(seed);
  std::cout << "NINELIVES_SEED=" << seed << '\n';
  const Sandbox sandbox;
  const SoleFiles files(sandbox / "sole");
  RootKiller killer(sandbox, files, sole_tree("worker"), seed);
  const KillingTime time(crash_duration());
  while (!time.is_over(killer.kills())) {
    killer.run_and_kill();
    // Both, because a child that its dying parent has just launched is not seen by the first.
    REQUIRE(wait_until([&] { return sandbox.processes().empty() && files.held().empty(); }));
  }
  std::cout << killer.kills() << '\n';
  CHECK(killer.kills().has_each());
  CHECK(killer.failures() == std::vector<std::string>{});
  CHECK(killer.run_and_stop());
  CHECK(sandbox.processes().empty());
  CHECK(files.violations() == "");
}

// Here some children have started processes of their own, which nobody has tied to their parents.
TEST_CASE(
    "the next run ends whatever a root that was killed at any moment has left, before it starts anything") {
  const auto seed = crash_seed();
  CAPTURE(seed);
  std::cout << "NINELIVES_SEED=" << seed << '\n';
  const Sandbox sandbox;
  const SoleFiles files(sandbox / "sole");
  RootKiller killer(sandbox, files, sole_tree("family"), seed);
  const KillingTime time(crash_duration());
  while (!time.is_over(killer.kills())) killer.run_and_kill();
  std::cout << killer.kills() << '\n';
  CHECK(killer.kills().has_each());
  CHECK(killer.failures() == std::vector<std::string>{});
  CHECK(killer.run_and_stop());
  CHECK(sandbox.processes().empty());
  CHECK(files.held() == std::vector<std::string>{});
  CHECK(files.violations() == "");
}

}  // namespace ninelives::test
