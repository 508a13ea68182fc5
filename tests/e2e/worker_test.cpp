// What a worker's callbacks decide, seen from outside: by its clients, in events, in what it leaves behind.
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <future>
#include <sys/stat.h>

#include <ninelives/node.hpp>

#include "tests/programs/gate.hpp"
#include "tests/programs/leaver.hpp"
#include "tests/programs/talker.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

Node attach() {
  auto node = Node::attach();
  if (!node) throw std::runtime_error(node.error());
  return std::move(*node);
}

// A process of the node in a thread of its own: for calls that do not come back soon.
template <class P, class M>
auto call_in_thread(const std::string& name, const M& message) {
  return std::async(std::launch::async, [name, message] {
    const Node node = attach();
    return whereis<P>(name).call(message, patience);
  });
}

// One leaver, whose terminate() writes a file.
struct LeaverNode {
  Sandbox sandbox;
  RunningNode node{sandbox,
                   tree_of({worker("leaver", {test_program("leaver")})}),
                   {{"TERMINATED", sandbox / "terminated"}}};
  Ref<LeaverApi> leaver = whereis<LeaverApi>("leaver");

  LeaverNode() { node.wait_for_start("leaver"); }

  // Checks the first life's end.
  void check_end(const std::string& reason) {
    CHECK(node.events().wait_for("exited", "leaver").reason == reason);
    CHECK(contents(sandbox / "terminated") == reason + '\n');
    node.events().wait_for("started", "leaver", 2);
  }
};

}  // namespace

TEST_CASE("the reason with which a worker stops is the one in the events and the one that terminate gets") {
  LeaverNode test;
  const Node node = attach();
  SECTION("normal") {
    REQUIRE(test.leaver.cast(StopNormal{}));
    test.check_end("normal");
  }
  SECTION("shutdown with a text") {
    REQUIRE(test.leaver.cast(StopShutdown{"all done"}));
    test.check_end(R"({shutdown, "all done"})");
  }
  SECTION("an error with a text") {
    REQUIRE(test.leaver.cast(StopError{"out of ideas"}));
    test.check_end(R"(error("out of ideas"))");
  }
}

TEST_CASE("an exception that leaves a callback is the worker's exit reason") {
  LeaverNode test;
  const Node node = attach();
  SECTION("in a cast") {
    REQUIRE(test.leaver.cast(ThrowInCast{"too much"}));
    test.check_end(R"(error("exception in throw_in_cast: too much"))");
  }
  SECTION("in a call, whose caller hears of it") {
    const auto reply = test.leaver.call(ThrowInCall{"too much"});
    REQUIRE_FALSE(reply);
    CHECK(reply.error().kind == CallError::Kind::down);
    CHECK(to_string(reply.error().reason) == R"(error("exception in throw_in_call: too much"))");
    test.check_end(R"(error("exception in throw_in_call: too much"))");
  }
}

TEST_CASE("a worker that stops in order runs terminate with shutdown") {
  LeaverNode test;
  CHECK(test.node.stop().code == 0);
  CHECK(contents(test.sandbox / "terminated") == "shutdown\n");
  CHECK(test.node.events().wait_for("exited", "leaver").reason == "shutdown");
}

TEST_CASE("a worker that exits by itself or is killed does not run terminate") {
  LeaverNode test;
  const Node node = attach();
  REQUIRE(test.leaver.cast(Exit{3}));
  test.node.events().wait_for("started", "leaver", 2);
  test.node.kill_child("leaver");
  test.node.events().wait_for("started", "leaver", 3);
  CHECK_FALSE(std::filesystem::exists(test.sandbox / "terminated"));
}

TEST_CASE("a caller whose call stops the server gets its reply") {
  LeaverNode test;
  const Node node = attach();
  const auto reply = test.leaver.call(StopWithReply{});
  REQUIRE(reply);
  CHECK(*reply == "goodbye");
  test.check_end("normal");
}

TEST_CASE("a worker that cannot be started tells the reason in the events") {
  const auto [place, reason] =
      GENERATE(table<std::string, std::string>({{"constructor", "exception in the constructor: no disk"},
                                                {"init", "exception in init: no network"},
                                                {"stop", "no licence"}}));
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("bad", {test_program("false_start"), place})}));
  CHECK(node.wait().code == 1);
  const auto exited = node.events().wait_for("exited", "bad");
  CHECK_THAT(exited.reason, Catch::StartsWith("start_failed(") && Catch::Contains(reason));
  CHECK(node.events().count("started", "bad") == 0);
}

TEST_CASE("a reply may come later and a void call ends when it is handled") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({worker("talker", {test_program("talker")})}));
  running.wait_for_start("talker");
  const Node node = attach();
  const auto talker = whereis<TalkerApi>("talker");

  auto first = call_in_thread<TalkerApi>("talker", Later{1});
  auto second = call_in_thread<TalkerApi>("talker", Later{2});
  REQUIRE(wait_until([&] { return talker.call(Waiting{}).value() == 2; }));
  CHECK(talker.call(Now{3}).value() == 3);
  CHECK(talker.call(Release{}).has_value());
  CHECK(first.get().value() == 1);
  CHECK(second.get().value() == 2);
  CHECK(talker.call(Waiting{}).value() == 0);
}

TEST_CASE("a call that is never answered ends by its time-out") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({worker("talker", {test_program("talker")})}));
  running.wait_for_start("talker");
  const Node node = attach();
  const auto reply = whereis<TalkerApi>("talker").call(Never{}, 20ms);
  REQUIRE_FALSE(reply);
  CHECK(reply.error().kind == CallError::Kind::timeout);
  CHECK(whereis<TalkerApi>("talker").call(Now{1}).value() == 1);
}

TEST_CASE("a message that is sent out of band reaches handle_info") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({worker("talker", {test_program("talker")})}));
  running.wait_for_start("talker");
  const Node node = attach();
  const auto talker = whereis<TalkerApi>("talker");
  REQUIRE(talker.send(Note{"psst"}));
  CHECK(talker.call(Heard{}).value() == std::vector<std::string>{"psst"});
}

TEST_CASE("a worker hears of the end of a worker that it monitors without being spoken to") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({worker("talker", {test_program("talker"), sandbox / "down"}),
                                        worker("watched", {test_program("talker")})}));
  running.wait_for_start("watched");
  const Node node = attach();
  REQUIRE(whereis<TalkerApi>("talker").call(Watch{"watched"}));
  running.kill_child("watched");
  // The file and no call: a message would wake the watcher, which is to wake by itself.
  REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "down"); }, 5s));
  CHECK(whereis<TalkerApi>("talker").call(Heard{}).value() ==
        std::vector<std::string>{"watched down: signal(9)"});
}

TEST_CASE("a monitor of somebody who does not run says noproc at once") {
  const Sandbox sandbox;
  RunningNode running(sandbox, tree_of({worker("talker", {test_program("talker"), sandbox / "down"})}));
  running.wait_for_start("talker");
  const Node node = attach();
  REQUIRE(whereis<TalkerApi>("talker").call(Watch{"nobody"}));
  REQUIRE(wait_until([&] { return std::filesystem::exists(sandbox / "down"); }, 5s));
  CHECK(whereis<TalkerApi>("talker").call(Heard{}).value() ==
        std::vector<std::string>{"nobody down: noproc"});
}

TEST_CASE("a stop overtakes the casts that wait, and a start by hand does not bring them back") {
  const Sandbox sandbox;
  const auto pipe = sandbox / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  RunningNode running(sandbox, tree_of({worker("gate", {test_program("gate")})}),
                      {{"COUNTED", sandbox / "counted"}});
  running.wait_for_start("gate");
  const Node node = attach();
  const auto gate = whereis<GateApi>("gate");
  REQUIRE(gate.cast(WaitAt{pipe}));
  for (int i = 0; i < 100; ++i) REQUIRE(gate.cast(Count{}));

  Program stop(sandbox.ninelives_plan({"stop", "gate"}));
  running.events().wait_for("stopping", "gate");
  {
    const ipc::UniqueFd opened(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
  }
  CHECK(stop.wait().code == 0);
  CHECK(running.events().wait_for("stopped", "gate").reason == "shutdown");
  CHECK_FALSE(std::filesystem::exists(sandbox / "counted"));

  REQUIRE(sandbox.ninelives({"start", "gate"}).code == 0);
  CHECK(gate.call(HowMany{}).value() == 0);
}

TEST_CASE("casts that wait when a worker dies are handled by its next life unless its mailbox is dropped") {
  const Sandbox sandbox;
  const auto pipe = sandbox / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const bool keeps = GENERATE(true, false);
  CAPTURE(keeps);
  const std::string mailbox = keeps ? R"(mailbox = "keep")" : R"(mailbox = "drop")";
  RunningNode running(sandbox, tree_of({worker("gate", {test_program("gate")}, mailbox)}),
                      {{"COUNTED", sandbox / "counted"}});
  running.wait_for_start("gate");
  const Node node = attach();
  const auto gate = whereis<GateApi>("gate");
  REQUIRE(gate.call(HowMany{}).value() == 0);
  REQUIRE(gate.cast(WaitAt{pipe}));
  for (int i = 0; i < 100; ++i) REQUIRE(gate.cast(Count{}));
  REQUIRE(wait_until([&] { return std::filesystem::exists(pipe.string() + ".reached"); }));
  running.kill_child("gate");
  running.events().wait_for("started", "gate", 2);
  CHECK(gate.call(HowMany{}).value() == (keeps ? 100 : 0));
}

}  // namespace ninelives::test
