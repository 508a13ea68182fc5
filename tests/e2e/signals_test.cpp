// Links, monitors and exit signals between operating system processes: what tests/worker/links_test.cpp shows
// without them, and what only they can: kill -9.
#include <catch2/catch.hpp>

#include <ninelives/sys.hpp>

#include "tests/e2e/flock.hpp"

namespace ninelives::test {
namespace {

using What = Do::What;
using Words = std::vector<std::string>;

// When the server has handled all that this thread has sent it.
void settle(const Flock& flock, const std::string& name) { (void)flock.heard(name); }

}  // namespace

TEST_CASE("a link takes the other one along when one is killed, and both come again") {
  const Flock flock({"a", "b"});
  const Pid a = flock.pid("a");
  const Pid b = flock.pid("b");
  REQUIRE(flock.ref("a").cast(Tie{b}));
  settle(flock, "a");
  settle(flock, "b");
  flock.running.kill_child("b");
  REQUIRE(wait_until([&] { return flock.running.child("a").restarts == 1; }));
  CHECK(flock.running.wait_for_state("a", "running").last_exit == "signal(9)");
  CHECK(flock.running.wait_for_state("b", "running").last_exit == "signal(9)");
  CHECK(flock.pid("a") != a);
}

TEST_CASE("whoever traps exits hears of a kill -9 once, and lives") {
  const Flock flock({"a", "b"});
  REQUIRE(flock.ref("a").cast(Trap{}));
  REQUIRE(flock.ref("a").cast(Tie{flock.pid("b")}));
  settle(flock, "a");
  flock.running.kill_child("b");
  CHECK(flock.hears("a", {"exit signal(9)"}));
}

TEST_CASE("a link to a process that has ended is an exit signal with noproc") {
  const Flock flock({"a", "b"});
  const Pid former = flock.pid("b");
  flock.running.kill_child("b");
  REQUIRE(wait_until([&] { return flock.running.child("b").restarts == 1; }));
  REQUIRE(flock.ref("a").cast(Trap{}));
  REQUIRE(flock.ref("a").cast(Tie{former}));
  CHECK(flock.hears("a", {"exit noproc"}));
}

TEST_CASE("an exit signal ends a server with its reason, and a normal one does not") {
  const Flock flock({"a", "b"});
  REQUIRE(flock.ref("a").cast(SendExit{flock.pid("b"), ExitReason::normal()}));
  REQUIRE(flock.ref("a").cast(SendExit{flock.pid("b"), ExitReason::error("enough")}));
  REQUIRE(wait_until([&] { return flock.running.child("b").restarts == 1; }));
  CHECK(flock.running.wait_for_state("b", "running").last_exit == "error(\"enough\")");
}

TEST_CASE("kill ends who traps exits and who is stuck, and its links and monitors hear killed") {
  const Flock flock({"a", "b", "c"});
  const Pid b = flock.pid("b");
  REQUIRE(flock.ref("b").cast(Trap{}));
  REQUIRE(flock.ref("a").cast(Trap{}));
  REQUIRE(flock.ref("a").cast(Tie{b}));
  settle(flock, "a");
  settle(flock, "b");
  REQUIRE(flock.ref("b").cast(Dial{"c"}));  // from here on it takes no message
  REQUIRE(flock.ref("a").cast(Shoot{b}));
  CHECK(flock.hears("a", {"exit killed"}));
  CHECK(flock.running.wait_for_state("b", "running").last_exit == "killed");
}

TEST_CASE("who was killed on request once is not taken for it when its next life is shot") {
  const Flock flock({"a", "b"});
  REQUIRE(flock.ref("a").cast(Shoot{flock.pid("b")}));
  REQUIRE(wait_until([&] { return flock.running.child("b").restarts == 1; }));
  CHECK(flock.running.wait_for_state("b", "running").last_exit == "killed");
  flock.running.kill_child("b");
  REQUIRE(wait_until([&] { return flock.running.child("b").restarts == 2; }));
  CHECK(flock.running.wait_for_state("b", "running").last_exit == "signal(9)");
}

TEST_CASE("a monitor tells of a plain program's end, too") {
  Sandbox sandbox;
  RunningNode running(sandbox, tree_of({worker("a", {test_program("parrot")}), sleeper("program")}));
  running.wait_for_start("program");
  const Node node = attach();
  const auto a = whereis<ParrotApi>("a");
  const Pid program = whereis<ParrotApi>("program").pid().value();
  REQUIRE(a.cast(Watch{program}));
  REQUIRE(a.call(Heard{}));
  running.kill_child("program");
  CHECK(wait_until([&] { return a.call(Heard{}).value() == Words{"down signal(9)"}; }));
}

TEST_CASE("a server answers for another one") {
  const Flock flock({"a", "b"});
  REQUIRE(flock.ref("b").cast(Ask{"a"}));
  CHECK(flock.hears("b", {"response done"}));
}

TEST_CASE("a request that nobody will take any more is dropped, and its server hears it") {
  const Flock flock({"a", "b"});
  REQUIRE(sys::suspend("a"));
  REQUIRE(flock.ref("b").cast(Ask{"a"}));
  settle(flock, "b");
  REQUIRE(flock.ninelives({"stop", "a"}).code == 0);
  CHECK(flock.hears("b", {"response dropped"}));
}

TEST_CASE("what is said to a Pid is for that life alone, and what is said to a name is kept for the next") {
  const Flock flock({"a"});
  const Pid former = flock.pid("a");
  REQUIRE(sys::suspend("a"));
  auto to_the_life = Ref<ParrotApi>(former).send_request(Do{});
  auto to_the_name = flock.ref("a").send_request(Do{});
  REQUIRE(Ref<ParrotApi>(former).send(Note{"to the life"}));
  REQUIRE(flock.ref("a").send(Note{"to the name"}));
  flock.running.kill_child("a");
  CHECK(to_the_life.receive().error().kind == CallError::Kind::dropped);
  CHECK(*to_the_name.receive() == "done");
  CHECK(flock.heard("a") == Words{"to the name"});
  CHECK(Ref<ParrotApi>(former).call(Do{}).error().kind == CallError::Kind::noproc);
}

TEST_CASE("stop ends a server for a reason and hears of it, and a name finds nobody then") {
  const Flock flock({"a", "b"});
  REQUIRE(sys::stop("a", ExitReason::error("told to")));
  CHECK(flock.running.wait_for_state("a", "running").last_exit == "error(\"told to\")");
  CHECK(sys::stop("nobody").error().kind == CallError::Kind::noproc);
}

}  // namespace ninelives::test
