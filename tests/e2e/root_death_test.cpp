// `kill -9` of the root supervisor.
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <optional>
#include <signal.h>

#include <ninelives/node.hpp>

#include "supervisor/os/pidfd.hpp"
#include "tests/e2e/family.hpp"
#include "tests/programs/talker.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

using Clock = std::chrono::steady_clock;

// From the kill of the root until the last of them is dead; nothing if some lives on.
std::optional<std::chrono::microseconds> time_to_die(const Program& root,
                                                     const std::vector<ipc::UniqueFd>& children) {
  const auto from = Clock::now();
  root.signal(SIGKILL);
  for (const auto& child : children) {
    if (!has_died(child.get())) return std::nullopt;
  }
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - from);
}

}  // namespace

TEST_CASE("when the root is killed its children die and the next run clears what is left") {
  const Sandbox sandbox;
  const std::string tree =
      tree_of({worker("talker", {test_program("talker")}), worker("other", {test_program("talker")}),
               sleeper("sleeper"),
               program("deaf", {test_program("deaf"), sandbox / "is-deaf"}, R"(shutdown = "50ms")"),
               program("family", {test_program("family"), sandbox / "pids"})});
  Family family;
  {
    RunningNode node(sandbox, tree);
    node.wait_for_start("family");
    family = family_in(sandbox / "pids");
    REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "is-deaf"); }));
    REQUIRE(wait_until([&] { return zombies_below(node.root().pid()) == 0; }));
    std::vector<ipc::UniqueFd> children;
    for (const char* child : {"talker", "other", "sleeper", "deaf", "family"}) {
      children.push_back(supervisor::open_pidfd(node.child(child).pid));
    }

    const auto duration = time_to_die(node.root(), children);
    REQUIRE(duration);
    std::cout << "all children were dead " << duration->count() << " us after the root was killed\n";
    CHECK(node.wait().signal == SIGKILL);
  }
  REQUIRE(sandbox.node_directories().size() == 1);
  const auto old_directory = sandbox.node_directories().front();
  CHECK(sandbox.ninelives({"ls"}).err ==
        "ninelives: no node is running: start one with `ninelives run TREE.toml`\n");

  std::filesystem::remove(sandbox / "n.events");
  RunningNode next(sandbox, tree);
  next.wait_for_start("family");
  CHECK(sandbox.ninelives({"call", "talker", "now", R"({"number": 1})"}).out == "1\n");
  CHECK_FALSE(std::filesystem::exists(old_directory));
  CHECK(has_died(family.in_group.get()));
  CHECK(has_died(family.daemon.get()));
  CHECK(next.stop().code == 0);
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("a node of another name clears away what a dead node has left") {
  const Sandbox sandbox;
  {
    RunningNode dead(sandbox,
                     tree_named("dead", {program("family", {test_program("family"), sandbox / "pids"})}));
    dead.wait_for_start("family");
    dead.root().signal(SIGKILL);
    dead.wait();
  }
  REQUIRE(sandbox.node_directories().size() == 1);
  RunningNode other(sandbox, tree_named("other", {sleeper("sleeper")}));
  other.wait_for_start("sleeper");
  REQUIRE(sandbox.node_directories().size() == 1);
  CHECK(sandbox.node_directories().front() == other.directory());
}

TEST_CASE("a call that is under way when the root is killed ends in an error") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({worker("talker", {test_program("talker")})}));
  running.wait_for_start("talker");
  auto node = Node::attach();
  REQUIRE(node);
  const auto talker = whereis<TalkerApi>("talker");
  REQUIRE(talker.call(Now{1}));
  running.root().signal(SIGKILL);
  const auto reply = talker.call(Never{}, patience);
  REQUIRE_FALSE(reply);
  CAPTURE(reply.error().text);
  CHECK((reply.error().kind == CallError::Kind::noproc || reply.error().kind == CallError::Kind::down));
}

TEST_CASE("a stop from the shell that is under way when the root is killed ends in one line") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox,
      tree_of({program("deaf", {test_program("deaf"), sandbox / "is-deaf"}, R"(shutdown = "infinity")")}));
  REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "is-deaf"); }));
  const std::string child = GENERATE("deaf", "");
  CAPTURE(child);
  Program stop(sandbox.ninelives_plan(child.empty() ? std::vector<std::string>{"stop"}
                                                    : std::vector{std::string("stop"), child}));
  node.events().wait_for("stopping", "deaf");
  node.root().signal(SIGKILL);
  REQUIRE(stop.ends_within(std::chrono::seconds(5)));
  const Ended ended = stop.wait();
  CHECK(lines_of(ended.err).size() <= 1);
  // Of the whole node: it has ended, which is what was asked for.
  CHECK(ended.code == (child.empty() ? 0 : 1));
}

}  // namespace ninelives::test
