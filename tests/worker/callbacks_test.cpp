// What the callbacks of a server decide, and what comes of it: gen_server's returns, one by one.
#include <catch2/catch.hpp>

#include <ninelives/sys.hpp>
#include <ninelives/test.hpp>

#include "tests/worker/parrot.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;
using What = Do::What;
using Words = std::vector<std::string>;

struct Stage {
  Words last_words;
  Node node;
  Parrot& parrot = node.start<Parrot>("parrot", &last_words);
  Ref<ParrotApi> ref = whereis<ParrotApi>("parrot");
};

const ExitReason told_to = ExitReason::error("told to");

// Takes everything and says nothing.
template <class... Own>
struct MuteWith : GenServer<ParrotApi, Own...> {
  std::string handle_call(const Do&) { return ""; }
  Words handle_call(const Heard&) { return {}; }
  template <class M>
  void handle_cast(const M&) {}
  void handle_info(const Note&) {}
};
using Mute = MuteWith<>;

struct Selfish : Mute {
  std::string handle_call(const Do&) {
    return std::string(to_string(whereis<ParrotApi>("selfish").call(Do{}).error().kind));
  }
  using Mute::handle_call;
  using Mute::handle_cast;
};

struct Eager : MuteWith<Continues<Go>> {
  InitResult init() { return ok(continue_with(Go{})); }
  void handle_continue(const Go&) { throw std::runtime_error("too early"); }
};

struct Plain : Mute {
  std::string handle_call(const Do&) {
    exit(self(), ExitReason::error("ignored"));
    return "";
  }
  using Mute::handle_call;
  void handle_cast(const Trap&) { trap_exit(true); }
  using Mute::handle_cast;
};

struct Sore : Mute {
  CallResult<std::string> handle_call(const Do&) { return stop(ExitReason::shutdown(), "bye"); }
  using Mute::handle_call;
  using Mute::handle_cast;
  void terminate(const ExitReason&) { throw std::runtime_error("sore"); }
};

}  // namespace

// ---- call

TEST_CASE("gen_server_SUITE call: the reply is what handle_call returns") {
  Stage stage;
  CHECK(*stage.ref.call(Do{What::reply}) == "done");
}

TEST_CASE("gen_server_SUITE call: a reply may come later, and only once") {
  Stage stage;
  auto request = stage.ref.send_request(Do{What::reply_later});
  CHECK_FALSE(request.wait(1s));
  REQUIRE(stage.ref.cast(Answer{}));
  CHECK(*request.receive() == "late");
  CHECK(*stage.ref.call(Do{What::reply}) == "done");  // the second reply went nowhere
}

TEST_CASE("gen_server_SUITE call: without a reply in time it is a timeout, and a late reply is never seen") {
  Stage stage;
  const auto timed_out = stage.ref.call(Do{What::reply_later}, 100ms);
  REQUIRE(timed_out.error().kind == CallError::Kind::timeout);
  REQUIRE(stage.ref.cast(Answer{}));
  CHECK(*stage.ref.call(Do{What::reply}) == "done");
  CHECK(stage.node.is_alive("parrot"));
}

TEST_CASE("A server that stops with a reply has run terminate() before its caller sees the reply") {
  Stage stage;
  CHECK(*stage.ref.call(Do{What::stop_with_reply}) == "done");
  CHECK(stage.last_words == Words{"terminate error(\"told to\")"});
  CHECK(stage.node.reason("parrot") == told_to);
}

TEST_CASE("A server that stops without a reply leaves its caller with a down and the reason") {
  Stage stage;
  const auto outcome = stage.ref.call(Do{What::stop});
  REQUIRE(outcome.error().kind == CallError::Kind::down);
  CHECK(outcome.error().reason == told_to);
}

TEST_CASE("gen_server_SUITE calling_self: a server that calls itself is told so") {
  Node node;
  node.start<Selfish>("selfish");
  CHECK(*whereis<ParrotApi>("selfish").call(Do{}) == "calling_self");
}

TEST_CASE("A call of nobody is noproc") {
  Node node;
  CHECK(whereis<ParrotApi>("nobody").call(Do{}).error().kind == CallError::Kind::noproc);
  CHECK(whereis<ParrotApi>("nobody").cast(Act{}).error().kind == SendError::Kind::noproc);
}

// ---- cast and info

TEST_CASE("gen_server_SUITE cast: it arrives, and a server may stop by it") {
  Stage stage;
  REQUIRE(stage.ref.cast(Act{What::stop_normal}));
  stage.node.run();
  CHECK(stage.node.reason("parrot") == ExitReason::normal());
  CHECK(stage.last_words == Words{"terminate normal"});
}

TEST_CASE("gen_server_SUITE info: it arrives at handle_info") {
  Stage stage;
  REQUIRE(stage.ref.send(Note{"hello"}));
  stage.node.run();
  CHECK(stage.parrot.heard == Words{"hello"});
}

TEST_CASE("gen_server_SUITE abcast: a cast to each, and nobody's absence matters") {
  Node node;
  Parrot& one = node.start<Parrot>("one");
  Parrot& two = node.start<Parrot>("two");
  const std::vector<Ref<ParrotApi>> all{Ref<ParrotApi>("one"), Ref<ParrotApi>("nobody"),
                                        Ref<ParrotApi>("two")};
  abcast<ParrotApi>(all, Act{What::reply_then_continue, 0});
  node.run();
  CHECK(one.heard == Words{"continue 0"});
  CHECK(two.heard == Words{"continue 0"});
}

// ---- continue

TEST_CASE("gen_server_SUITE continue: it runs before messages that wait, again and again") {
  Stage stage;
  auto request = stage.ref.send_request(Do{What::reply_then_continue, 2});
  REQUIRE(stage.ref.send(Note{"after"}));
  CHECK(*request.receive() == "done");
  stage.node.run();
  CHECK(stage.parrot.heard == Words{"continue 2", "continue 1", "continue 0", "after"});
}

TEST_CASE("A server is ready before init's continue runs, and a crash there is a crash and no failed start") {
  Node node;
  node.start<Eager>("eager");
  CHECK(node.reason("eager") == ExitReason::error("exception in go: too early"));
}

// ---- the inactivity time-out

TEST_CASE("The inactivity time-out comes when nothing else has come for so long, once") {
  Stage stage;
  REQUIRE(stage.ref.cast(Act{What::reply_then_timeout, 100}));
  stage.node.advance(99ms);
  CHECK(stage.parrot.heard.empty());
  stage.node.advance(1ms);
  CHECK(stage.parrot.heard == Words{"timeout"});
  stage.node.advance(1h);
  CHECK(stage.parrot.heard == Words{"timeout"});
}

TEST_CASE("Any message cancels the inactivity time-out, and only a return sets it again") {
  Stage stage;
  REQUIRE(stage.ref.cast(Act{What::reply_then_timeout, 100}));
  stage.node.advance(50ms);
  REQUIRE(stage.ref.send(Note{"awake"}));
  stage.node.advance(1h);
  CHECK(stage.parrot.heard == Words{"awake"});
}

TEST_CASE("A message that waits already comes before a time-out of 0") {
  Stage stage;
  REQUIRE(stage.ref.cast(Act{What::reply_then_timeout, 0}));
  REQUIRE(stage.ref.send(Note{"first"}));
  stage.node.advance(1h);
  CHECK(stage.parrot.heard == Words{"first"});
}

TEST_CASE("What sys asks does not cancel the inactivity time-out") {
  Stage stage;
  REQUIRE(stage.ref.cast(Act{What::reply_then_timeout, 100}));
  stage.node.advance(60ms);
  CHECK(sys::get_status("parrot")->timeout == 40ms);
  stage.node.advance(40ms);
  CHECK(stage.parrot.heard == Words{"timeout"});
}

// ---- what goes wrong

TEST_CASE("gen_server_SUITE crash: an exception is the exit reason, with its text and where it was") {
  Stage stage;
  const auto outcome = stage.ref.call(Do{What::raise});
  REQUIRE(outcome.error().kind == CallError::Kind::down);
  CHECK(outcome.error().reason == ExitReason::error("exception in do: told to"));
  CHECK(stage.last_words == Words{"terminate error(\"exception in do: told to\")"});
}

TEST_CASE("An exception that is no std::exception is an exit reason too") {
  Stage stage;
  CHECK(stage.ref.call(Do{What::raise_oddly}).error().reason ==
        ExitReason::error("exception in do that is no std::exception"));
}

TEST_CASE("gen_server_SUITE undef_handle_info: an info that nobody handles is logged and dropped") {
  Node node;
  node.start<Plain>("plain");
  const auto ref = whereis<ParrotApi>("plain");
  REQUIRE(ref.cast(Trap{}));
  REQUIRE(ref.call(Do{}));
  node.run();
  CHECK(node.is_alive("plain"));
  CHECK(node.log("plain") == Words{"dropped an info: there is no handle_info for exit"});
}

TEST_CASE("gen_server_SUITE undef_in_terminate: an exception in terminate() leaves the reason") {
  Node node;
  node.start<Sore>("sore");
  CHECK(*whereis<ParrotApi>("sore").call(Do{}) == "bye");
  CHECK(node.reason("sore") == ExitReason::shutdown());
  CHECK(node.log("sore") == Words{"exception in terminate: sore"});
}

}  // namespace ninelives::test
