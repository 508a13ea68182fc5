// Ends of children and what follows from them; stopping and starting one by hand.
#include <catch2/catch.hpp>
#include <cstring>
#include <signal.h>

#include "ipc/box_view.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {
namespace {

// How a leaver is brought to its end, and the reason that this is.
struct Way {
  std::string message, json, reason;
};
const Way exits_normally{"stop_normal", "", "normal"};
const Way exits_with_3{"exit", R"({"code": 3})", "exit(3)"};
const Way is_killed{"", "", "signal(9)"};

struct Case {
  std::string restart;
  Way way;
  bool comes_back;
};

void bring_to_end(const Sandbox& sandbox, const RunningNode& node, const Way& way) {
  if (way.message.empty()) return node.kill_child("leaver");
  REQUIRE(sandbox.ninelives({"cast", "leaver", way.message, way.json}).code == 0);
}

}  // namespace

TEST_CASE("the restart type decides which ends of a worker are followed by a restart") {
  const auto each = GENERATE(values<Case>({{"permanent", exits_normally, true},
                                           {"permanent", exits_with_3, true},
                                           {"permanent", is_killed, true},
                                           {"transient", exits_normally, false},
                                           {"transient", exits_with_3, true},
                                           {"transient", is_killed, true},
                                           {"temporary", exits_normally, false},
                                           {"temporary", exits_with_3, false},
                                           {"temporary", is_killed, false}}));
  CAPTURE(each.restart, each.way.reason);
  const Sandbox sandbox;
  RunningNode node(sandbox,
                   tree_of({worker("leaver", {test_program("leaver")}, "restart = \"" + each.restart + '"'),
                            sleeper("other")}));
  node.wait_for_start("other");
  bring_to_end(sandbox, node, each.way);

  CHECK(node.events().wait_for("exited", "leaver").reason == each.way.reason);
  if (each.comes_back) {
    node.events().wait_for("started", "leaver", 2);
    const ListedChild row = node.child("leaver");
    CHECK(row.state == "running");
    CHECK(row.incarnation == 2);
    CHECK(row.restarts == 1);
    CHECK(row.last_exit == each.way.reason);
  } else {
    const std::string down = each.restart == "temporary" ? "gone" : "stopped";
    CHECK(node.events().wait_for(down, "leaver").reason == each.way.reason);
    // A temporary child's row is given back soon after its end.
    if (down == "stopped") {
      const ListedChild row = node.child("leaver");
      CHECK(row.state == "stopped");
      CHECK(row.pid == 0);
      CHECK(row.last_exit == each.way.reason);
    }
    CHECK(node.events().count("restarting", "leaver") == 0);
  }
  CHECK(node.events().story_of("other") == "starting started");
  CHECK(node.stop().code == 0);
}

TEST_CASE("a program that ends is restarted by its restart type") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({program("once", {"true"}, R"(restart = "transient")"),
                                     program("never-again", {"false"}, R"(restart = "temporary")")}));
  CHECK(node.events().wait_for("stopped", "once").reason == "normal");
  CHECK(node.events().wait_for("gone", "never-again").reason == "exit(1)");
  CHECK(node.events().count("restarting", "once") == 0);
  CHECK(node.stop().code == 0);
}

TEST_CASE("a child that does not stop in its time is killed") {
  const Sandbox sandbox;
  const bool is_worker = GENERATE(true, false);
  CAPTURE(is_worker);
  const std::string shutdown = R"(shutdown = "100ms")";
  const auto deaf = is_worker ? worker("deaf", {test_program("gate")}, shutdown)
                              : program("deaf", {test_program("deaf"), sandbox / "is-deaf"}, shutdown);
  RunningNode node(sandbox, tree_of({deaf, sleeper("last")}), {{"COUNTED", sandbox / "counted"}});
  node.wait_for_start("last");
  if (is_worker) {
    REQUIRE(sandbox.ninelives({"cast", "deaf", "count"}).code == 0);
    REQUIRE(sandbox.ninelives({"cast", "deaf", "hang_for_ever"}).code == 0);
    REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "counted"); }));
  } else {
    REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "is-deaf"); }));
  }
  CHECK(node.stop().code == 0);
  const auto stopping = node.events().wait_for("stopping", "deaf");
  const auto exited = node.events().wait_for("exited", "deaf");
  CHECK(exited.reason == "killed");
  CHECK(exited.mono_ns - stopping.mono_ns >= 100'000'000);
}

TEST_CASE("a child with brutal_kill is killed without being asked") {
  const Sandbox sandbox;
  RunningNode node(sandbox,
                   tree_of({worker("leaver", {test_program("leaver")}, R"(shutdown = "brutal_kill")"),
                            sleeper("sleeper", R"(shutdown = "brutal_kill")")}),
                   {{"TERMINATED", sandbox / "terminated"}});
  node.wait_for_start("sleeper");
  CHECK(node.stop().code == 0);
  CHECK(node.events().wait_for("exited", "leaver").reason == "killed");
  CHECK(node.events().wait_for("exited", "sleeper").reason == "killed");
  CHECK_FALSE(std::filesystem::exists(sandbox / "terminated"));
}

TEST_CASE("one child can be stopped and started by its name while the others run on") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("talker", {test_program("talker")}), sleeper("other")}));
  node.wait_for_start("other");

  const Ended started_twice = sandbox.ninelives({"start", "talker"});
  CHECK(started_twice.code == 1);
  CHECK(started_twice.err ==
        "ninelives: \"talker\" is running; `ninelives restart talker` stops it and starts it again\n");

  REQUIRE(sandbox.ninelives({"stop", "talker"}).code == 0);
  CHECK(node.child("talker").state == "stopped");
  CHECK(node.child("talker").last_exit == "shutdown");
  const Ended call = sandbox.ninelives({"call", "talker", "now", R"({"number": 1})"});
  CHECK(call.code == 1);
  CHECK(call.err == "ninelives: noproc: \"talker\" is not running\n");

  REQUIRE(sandbox.ninelives({"start", "talker"}).code == 0);
  CHECK(node.child("talker").state == "running");
  CHECK(node.child("talker").incarnation == 2);
  CHECK(sandbox.ninelives({"call", "talker", "now", R"({"number": 2})"}).out == "2\n");
  CHECK(node.events().story_of("other") == "starting started");
  CHECK(node.stop().code == 0);
}

TEST_CASE("stopping a child that is stopped already is no error") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({sleeper("sleeper")}));
  node.wait_for_start("sleeper");
  CHECK(sandbox.ninelives({"stop", "sleeper"}).code == 0);
  CHECK(sandbox.ninelives({"stop", "sleeper"}).code == 0);
  CHECK(node.events().count("stopping", "sleeper") == 1);
  CHECK(node.stop().code == 0);
}

TEST_CASE("a start by hand that fails says so and leaves the child stopped") {
  const Sandbox sandbox;
  const auto copy = sandbox / "program";
  std::filesystem::copy_file("/bin/sleep", copy);
  RunningNode node(sandbox, tree_of({program("sleeper", {copy, "3600"})}));
  node.wait_for_start("sleeper");
  REQUIRE(sandbox.ninelives({"stop", "sleeper"}).code == 0);
  std::filesystem::remove(copy);
  const Ended started = sandbox.ninelives({"start", "sleeper"});
  CHECK(started.code == 1);
  CHECK_THAT(started.err, Catch::StartsWith("ninelives: \"sleeper\" did not start: cannot execute ") &&
                              Catch::Contains("No such file or directory"));
  CHECK(node.child("sleeper").state == "stopped");
  CHECK_THAT(node.events().wait_for("start_failed", "sleeper").reason, Catch::Contains("No such file"));
  CHECK(node.stop().code == 0);
}

// Whoever has a message for the root may write to its bell. It would look at everything after 30 s, which is
// longer than anybody is waited for here.
TEST_CASE("a child that was killed is running again at once, though the root's bell was scribbled over") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("talker", {test_program("talker")})}));
  node.wait_for_start("talker");
  const auto files = ipc::NodeFiles::open(node.directory());
  REQUIRE(files);
  auto box = ipc::BoxView::open(*files, {ipc::root_slot, 1});
  REQUIRE(box);
  ipc::Bell& bell = box->bell();
  REQUIRE(wait_until([&] { return bell.fd_word.load() == ipc::parked; }));
  std::memset(static_cast<void*>(&bell), 0xa5, sizeof bell);

  const auto before = node.child("talker");
  node.kill_child("talker");
  REQUIRE(wait_until([&] { return node.child("talker").pid != before.pid; }));
  node.wait_for_state("talker", "running");
}

TEST_CASE("a server that sleeps is woken by a call, though its bell was scribbled over") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("talker", {test_program("talker")})}));
  node.wait_for_start("talker");
  const auto files = ipc::NodeFiles::open(node.directory());
  REQUIRE(files);
  auto box = ipc::BoxView::open(*files, {node.table().row("talker").pid.slot, 1});
  REQUIRE(box);
  ipc::Bell& bell = box->bell();
  REQUIRE(wait_until([&] { return bell.futex_word.load() == ipc::asleep; }));
  std::memset(static_cast<void*>(&bell), 0xa5, sizeof bell);

  CHECK(sandbox.ninelives({"call", "talker", "now", R"({"number": 1})"}).out == "1\n");
}

}  // namespace ninelives::test
