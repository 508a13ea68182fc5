// Links, monitors and exit signals between servers: erlang(3) link/1, monitor/2, exit/2.
#include <catch2/catch.hpp>

#include <ninelives/sys.hpp>
#include <ninelives/test.hpp>

#include "tests/worker/parrot.hpp"

namespace ninelives::test {
namespace {

using What = Do::What;
using Words = std::vector<std::string>;

struct Stage {
  Words last_words;
  Node node;
  Parrot& a = node.start<Parrot>("a", &last_words);
  Parrot& b = node.start<Parrot>("b", &last_words);
  Ref<ParrotApi> ref_a = whereis<ParrotApi>("a");
  Ref<ParrotApi> ref_b = whereis<ParrotApi>("b");
  Pid pid_a = *node.pid("a");
  Pid pid_b = *node.pid("b");

  void link() { tell(ref_a, Tie{pid_b}); }
  template <class M>
  void tell(const Ref<ParrotApi>& who, const M& what) {
    REQUIRE(who.cast(what));
    node.run();
  }
};

const ExitReason told_to = ExitReason::error("told to");

}  // namespace

// ---- links

TEST_CASE("A link ends the other one with the same reason, whoever made it, and terminate() is not called") {
  Stage stage;
  stage.link();
  SECTION("the one that was linked ends") { stage.tell(stage.ref_b, Act{What::stop}); }
  SECTION("the one that has linked ends") { stage.tell(stage.ref_a, Act{What::stop}); }
  CHECK(stage.node.reason("a") == told_to);
  CHECK(stage.node.reason("b") == told_to);
  CHECK(stage.last_words == Words{"terminate error(\"told to\")"});  // of the one that has stopped
}

TEST_CASE("A normal end does not end the other one") {
  Stage stage;
  stage.link();
  stage.tell(stage.ref_b, Act{What::stop_normal});
  CHECK(stage.node.is_alive("a"));
}

TEST_CASE("Whoever traps exits hears of each end of a link, a normal one too") {
  Stage stage;
  stage.tell(stage.ref_a, Trap{});
  stage.link();
  SECTION("normal") {
    stage.tell(stage.ref_b, Act{What::stop_normal});
    CHECK(stage.a.heard == Words{"exit normal"});
  }
  SECTION("a crash") {
    stage.tell(stage.ref_b, Act{What::stop});
    CHECK(stage.a.heard == Words{"exit error(\"told to\")"});
  }
  SECTION("kill -9") {
    stage.node.kill("b");
    CHECK(stage.a.heard == Words{"exit killed"});
  }
  CHECK(stage.node.is_alive("a"));
}

TEST_CASE("There is one link between two, however often it is made") {
  Stage stage;
  stage.tell(stage.ref_a, Trap{});
  stage.link();
  stage.link();
  stage.tell(stage.ref_b, Tie{stage.pid_a});
  CHECK(sys::get_status("a")->links == std::vector{stage.pid_b});
  stage.node.kill("b");
  CHECK(stage.a.heard == Words{"exit killed"});
  CHECK(sys::get_status("a")->links.empty());
}

TEST_CASE("A link to the dead is an exit signal with noproc") {
  Stage stage;
  stage.node.kill("b");
  SECTION("trapped") {
    stage.tell(stage.ref_a, Trap{});
    stage.link();
    CHECK(stage.a.heard == Words{"exit noproc"});
  }
  SECTION("not trapped") {
    stage.link();
    CHECK(stage.node.reason("a") == ExitReason::noproc());
  }
}

TEST_CASE("Who ends right after it has linked takes the other one along, by its own reason") {
  Stage stage;
  REQUIRE(stage.ref_a.cast(Tie{stage.pid_b}));
  REQUIRE(stage.ref_a.cast(Act{What::stop}));
  stage.node.run();
  CHECK(stage.node.reason("b") == told_to);
}

TEST_CASE("After unlink neither hears of the other") {
  Stage stage;
  stage.link();
  SECTION("by the one that has linked") { stage.tell(stage.ref_a, Tie{stage.pid_b, false}); }
  SECTION("by the other one") { stage.tell(stage.ref_b, Tie{stage.pid_a, false}); }
  stage.tell(stage.ref_b, Act{What::stop});
  CHECK(stage.node.is_alive("a"));
  CHECK(sys::get_status("a")->links.empty());
}

TEST_CASE("When one unlinks while the other links, both agree in the end") {
  Stage stage;
  stage.link();
  REQUIRE(stage.ref_a.cast(Tie{stage.pid_b, false}));
  REQUIRE(stage.ref_b.cast(Tie{stage.pid_a, true}));
  REQUIRE(stage.ref_b.cast(Tie{stage.pid_a, false}));
  REQUIRE(stage.ref_b.cast(Tie{stage.pid_a, true}));
  stage.node.run();
  const bool a_is_linked = !sys::get_status("a")->links.empty();
  const bool b_is_linked = !sys::get_status("b")->links.empty();
  CHECK(a_is_linked == b_is_linked);
}

// ---- exit signals

TEST_CASE("exit() ends who does not trap exits, with that reason, and a normal one does nothing") {
  Stage stage;
  stage.tell(stage.ref_a, SendExit{stage.pid_b, ExitReason::normal()});
  CHECK(stage.node.is_alive("b"));
  stage.tell(stage.ref_a, SendExit{stage.pid_b, ExitReason::shutdown("enough")});
  CHECK(stage.node.reason("b") == ExitReason::shutdown("enough"));
  CHECK(stage.last_words.empty());
}

TEST_CASE("exit() of a server to itself ends it, also with normal") {
  Stage stage;
  stage.tell(stage.ref_a, SendExit{stage.pid_a, ExitReason::normal()});
  CHECK(stage.node.reason("a") == ExitReason::normal());
}

TEST_CASE("exit() is an info for who traps exits, and nothing to the dead") {
  Stage stage;
  stage.tell(stage.ref_b, Trap{});
  stage.tell(stage.ref_a, SendExit{stage.pid_b, told_to});
  CHECK(stage.b.heard == Words{"exit error(\"told to\")"});
  stage.node.kill("b");
  stage.tell(stage.ref_a, SendExit{stage.pid_b, told_to});
  CHECK(stage.node.is_alive("a"));
}

TEST_CASE("kill ends also who traps exits, and is killed for who is linked") {
  Stage stage;
  stage.tell(stage.ref_b, Trap{});
  stage.link();
  stage.tell(stage.ref_a, Trap{});
  stage.tell(stage.ref_a, Shoot{stage.pid_b});
  CHECK(stage.node.reason("b") == ExitReason::killed());
  CHECK(stage.a.heard == Words{"exit killed"});
  CHECK(stage.last_words.empty());
}

TEST_CASE("After exit() of a server to itself it takes nothing from its mailbox any more") {
  Stage stage;
  REQUIRE(stage.ref_a.cast(SendExit{stage.pid_a, ExitReason::shutdown("enough")}));
  REQUIRE(stage.ref_a.cast(Act{What::stop}));
  stage.node.run();
  CHECK(stage.node.reason("a") == ExitReason::shutdown("enough"));
  CHECK(stage.last_words.empty());
}

TEST_CASE("exit() of a server to itself is an info behind what waits, if it traps exits") {
  Stage stage;
  REQUIRE(stage.ref_a.cast(Trap{}));
  REQUIRE(stage.ref_a.cast(SendExit{stage.pid_a, told_to}));
  REQUIRE(stage.ref_a.send(Note{"before"}));
  stage.node.run();
  CHECK(stage.a.heard == Words{"before", "exit error(\"told to\")"});
}

TEST_CASE("exit() of a server to itself is an info although it traps exits no longer when it takes it") {
  Stage stage;
  REQUIRE(stage.ref_a.cast(Trap{}));
  REQUIRE(stage.ref_a.cast(SendExit{stage.pid_a, told_to}));
  REQUIRE(stage.ref_a.cast(Trap{false}));
  stage.node.run();
  CHECK(stage.a.heard == Words{"exit error(\"told to\")"});
}

// ---- suspended

TEST_CASE("Exits and Downs of a suspended server come after the messages that were sent before them") {
  Stage stage;
  stage.tell(stage.ref_b, Trap{});
  stage.tell(stage.ref_b, Tie{stage.pid_a});
  stage.tell(stage.ref_b, Watch{stage.pid_a});
  REQUIRE(sys::suspend("b"));
  REQUIRE(stage.ref_b.send(Note{"one"}));
  stage.tell(stage.ref_a, SendExit{stage.pid_b, told_to});
  REQUIRE(stage.ref_b.send(Note{"two"}));
  stage.tell(stage.ref_a, Act{What::stop_normal});
  CHECK(stage.b.heard.empty());
  REQUIRE(sys::resume("b"));
  stage.node.run();
  CHECK(Words(stage.b.heard.begin(), stage.b.heard.begin() + 3) ==
        Words{"one", "exit error(\"told to\")", "two"});
  CHECK(stage.b.heard.size() == 5);  // the exit and the down of that end, in any order
}

// ---- monitors

TEST_CASE("A monitor tells once of an end, whatever the reason, and nothing ends by it") {
  Stage stage;
  stage.tell(stage.ref_a, Watch{stage.pid_b});
  stage.tell(stage.ref_a, Watch{stage.pid_b});
  stage.tell(stage.ref_b, Act{What::stop_normal});
  CHECK(stage.a.heard == Words{"down normal", "down normal"});
  CHECK(stage.node.is_alive("a"));
}

TEST_CASE("A monitor on the dead says noproc") {
  Stage stage;
  stage.node.kill("b");
  stage.tell(stage.ref_a, Watch{stage.pid_b});
  CHECK(stage.a.heard == Words{"down noproc"});
}

}  // namespace ninelives::test
