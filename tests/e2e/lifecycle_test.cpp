// A node from its start to its end, as its user sees it.
#include <catch2/catch.hpp>
#include <signal.h>

#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

std::string last_line(const std::string& text) {
  const auto lines = lines_of(text);
  return lines.empty() ? "" : lines.back();
}

// The children in the order in which they came to the event.
std::string order_of(std::string_view event, const EventFile& events) {
  std::string order;
  for (const SeenEvent& seen : events.all()) {
    if (seen.event == event) order += (order.empty() ? "" : " ") + seen.child;
  }
  return order;
}

const std::string three_children =
    tree_of({sleeper("first"), worker("second", {test_program("talker")}), sleeper("third")});

}  // namespace

TEST_CASE("a user runs a node, looks at it, talks to it and stops it") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("talker", {test_program("talker")}), sleeper("ticker")}));
  node.wait_for_start("ticker");

  const Ended table = sandbox.ninelives({"ls"});
  CHECK(table.code == 0);
  REQUIRE(lines_of(table.out).size() == 3);
  CHECK_THAT(lines_of(table.out)[0], Catch::StartsWith("NAME"));
  CHECK_THAT(lines_of(table.out)[1], Catch::StartsWith("talker") && Catch::Contains("running"));
  CHECK_THAT(lines_of(table.out)[2], Catch::StartsWith("ticker") && Catch::Contains("running"));
  CHECK(node.child("talker").type == "worker");
  CHECK(node.child("ticker").type == "program");
  CHECK(node.child("talker").incarnation == 1);

  const Ended called = sandbox.ninelives({"call", "talker", "now", R"({"number": 42})"});
  CHECK(called.code == 0);
  CHECK(called.out == "42\n");
  CHECK(called.err == "");

  const Ended stopped = sandbox.ninelives({"stop"});
  CHECK(stopped.code == 0);
  CHECK(stopped.out + stopped.err == "");
  CHECK(sandbox.node_directories().empty());
  const Ended root = node.wait();
  CHECK(root.code == 0);
  CHECK(last_line(root.err) == "ninelives: node n has stopped");
}

TEST_CASE("a node's shared memory is told in words, also while its root is stopped") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("talker", {test_program("talker")}), sleeper("ticker")}));
  node.wait_for_start("ticker");
  CHECK(sandbox.ninelives({"call", "talker", "now", R"({"number": 42})"}).code == 0);
  node.root().signal(SIGSTOP);
  const Ended told = sandbox.ninelives({"debug", "node"});
  node.root().signal(SIGCONT);
  CHECK(told.code == 0);
  CHECK(told.err == "");
  CHECK_THAT(told.out, Catch::Contains("slot 1 \"talker\", worker: incarnation 1 is running as process"));
  CHECK_THAT(told.out,
             Catch::Contains("ring from slot 1 (owner since incarnation 1): made by incarnation 1"));
  CHECK_THAT(told.out, Catch::Contains("slot 2 \"ticker\", program"));
  CHECK(node.stop().code == 0);
}

TEST_CASE("a cast from the shell is handled by the worker") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("gate", {test_program("gate")})}),
                   {{"COUNTED", sandbox / "counted"}});
  node.wait_for_start("gate");
  const Ended cast = sandbox.ninelives({"cast", "gate", "count"});
  CHECK(cast.code == 0);
  CHECK(cast.out + cast.err == "");
  CHECK(sandbox.ninelives({"call", "gate", "how_many"}).out == "1\n");
  CHECK(node.stop().code == 0);
}

TEST_CASE("check says that a tree file is fine and starts nothing") {
  const Sandbox sandbox;
  const auto file = sandbox.write("tree.toml", three_children);
  const Ended checked = sandbox.ninelives({"check", file.string()});
  CHECK(checked.code == 0);
  CHECK(checked.out == file.string() + ": fine: node n, 3 children\n");
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("a signal stops the children in reverse order and the exit code is 0") {
  const int number = GENERATE(SIGTERM, SIGINT, SIGHUP);
  CAPTURE(number);
  const Sandbox sandbox;
  RunningNode node(sandbox, three_children);
  node.wait_for_start("third");
  node.root().signal(number);
  const Ended root = node.wait();
  CHECK(root.code == 0);
  CHECK(order_of("started", node.events()) == "first second third");
  CHECK(order_of("stopping", node.events()) == "third second first");
  CHECK(order_of("exited", node.events()) == "third second first");
  for (const auto* child : {"first", "second", "third"}) {
    CHECK(node.events().wait_for("stopped", child).reason == "shutdown");
  }
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("a second interrupt kills what would not stop at once") {
  const Sandbox sandbox;
  RunningNode node(sandbox,
                   tree_of({sleeper("calm"), program("deaf", {test_program("deaf"), sandbox / "is-deaf"},
                                                     R"(shutdown = "infinity")")}));
  REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "is-deaf"); }));
  node.root().signal(SIGINT);
  node.events().wait_for("stopping", "deaf");
  node.root().signal(SIGINT);
  CHECK(node.wait().code == 0);
  CHECK(node.events().wait_for("exited", "deaf").reason == "killed");
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("every event is one line of JSON with the fields that it promises") {
  const Sandbox sandbox;
  RunningNode node(sandbox, three_children);
  node.wait_for_start("third");
  node.kill_child("second");
  node.events().wait_for("started", "second", 2);
  node.stop();

  std::int64_t latest = 0;
  const auto events = node.events().all();  // throws on a line that is none
  for (const SeenEvent& seen : events) {
    CAPTURE(seen.event, seen.child);
    CHECK(seen.node == "n");
    CHECK(seen.mono_ns >= latest);
    CHECK_THAT(seen.wall, Catch::Matches(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"));
    if (!seen.child.empty()) {
      const bool has_process =
          seen.event != "restarting" && seen.event != "stopped";  // child_terminated tells of the dead one
      CHECK((seen.pid > 0) == has_process);
      CHECK(seen.incarnation > 0);
    }
    latest = seen.mono_ns;
  }
  REQUIRE(!events.empty());
  CHECK(events.front().event == "node_started");
  CHECK(events.front().pid == node.root().pid());
  CHECK(events.back().event == "node_stopped");
  CHECK(node.events().story_of("first") == "starting started stopping exited stopped");
  CHECK(node.events().story_of("second") ==
        "starting started exited restarting starting started stopping exited stopped");
  CHECK(node.events().wait_for("exited", "second").reason == "signal(9)");
  CHECK(node.events().wait_for("started", "second", 2).incarnation == 2);
}

TEST_CASE("a node whose significant child has done its work ends with exit code 0, and else with 1") {
  const Sandbox sandbox;
  const bool does_it = GENERATE(true, false);
  CAPTURE(does_it);
  const std::string job =
      program("job", {does_it ? "true" : "false"}, "restart = \"temporary\"\nsignificant = true");
  RunningNode node(sandbox, tree_of({sleeper("helper"), job}, "auto_shutdown = \"any_significant\""));
  const Ended root = node.wait();
  CHECK(root.code == (does_it ? 0 : 1));
  CHECK(last_line(root.err) ==
        std::string("ninelives: node n has stopped, as its significant child \"job\" has ended: ") +
            (does_it ? "normal" : "exit(1)"));
  CHECK(node.events().all().back().event == (does_it ? "node_stopped" : "node_failed"));
}

TEST_CASE("a node whose child keeps failing gives up with exit code 1 and says why in its last line") {
  const Sandbox sandbox;
  const bool is_worker = GENERATE(true, false);
  CAPTURE(is_worker);
  const std::string child =
      is_worker ? worker("bad", {test_program("doomed"), "bad"}) : program("bad", {"false"});
  RunningNode node(sandbox, tree_of({sleeper("good"), child}, "intensity = 2\nperiod = \"60s\""));
  const Ended root = node.wait();
  CHECK(root.code == 1);
  CHECK(last_line(root.err) == std::string("ninelives: node n gave up: \"bad\" needed more than 2 restarts "
                                           "within 1min, the last time because of ") +
                                   (is_worker ? "exit(3)" : "exit(1)"));
  CHECK(node.events().count("started", "bad") == 3);
  CHECK(node.events().wait_for("stopped", "good").reason == "shutdown");
  CHECK(node.events().all().back().event == "node_failed");
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE(
    "a child that fails to start at boot ends the node with exit code 1 and the others in reverse order") {
  const Sandbox sandbox;
  RunningNode node(sandbox,
                   tree_of({sleeper("first"), sleeper("second"),
                            worker("bad", {test_program("false_start"), "init"}), sleeper("never")}));
  const Ended root = node.wait();
  CHECK(root.code == 1);
  CHECK_THAT(last_line(root.err), Catch::StartsWith("ninelives: node n did not start: \"bad\": ") &&
                                      Catch::Contains("exception in init: no network"));
  CHECK(order_of("stopping", node.events()) == "second first");
  CHECK(node.events().count("starting", "never") == 0);
  CHECK(sandbox.node_directories().empty());
}

TEST_CASE("a temporary child that fails to start at boot is named, though its spec has gone with it") {
  const Sandbox sandbox;
  const bool has_others = GENERATE(false, true);
  std::vector<std::string> children;
  if (has_others) children.push_back(sleeper("first"));
  children.push_back(worker("bad", {test_program("false_start"), "init"}, R"(restart = "temporary")"));
  RunningNode node(sandbox, tree_of(children));
  const Ended root = node.wait();
  CHECK(root.code == 1);
  CHECK_THAT(last_line(root.err), Catch::StartsWith("ninelives: node n did not start: \"bad\": "));
  CHECK(node.events().count("failed_to_start", "bad") == 1);
}

TEST_CASE("a second run of a live node is refused in one line and leaves the first one alone") {
  const Sandbox sandbox;
  const std::string tree = tree_of({worker("talker", {test_program("talker")})});
  RunningNode node(sandbox, tree);
  node.wait_for_start("talker");
  const Ended second = sandbox.ninelives({"run", (sandbox / "n.toml").string()});
  CHECK(second.code == 1);
  CHECK(lines_of(second.err).size() == 1);
  CHECK_THAT(second.err, Catch::StartsWith("ninelives: node \"n\" is running already, as process " +
                                           std::to_string(node.root().pid())));
  CHECK(sandbox.ninelives({"call", "talker", "now", R"({"number": 1})"}).out == "1\n");
  CHECK(node.stop().code == 0);
}

}  // namespace ninelives::test
