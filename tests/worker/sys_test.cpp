// sys(3): what every server answers about itself.
#include <catch2/catch.hpp>

#include <ninelives/sys.hpp>
#include <ninelives/test.hpp>

#include "tests/worker/parrot.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;
using What = Do::What;
using Words = std::vector<std::string>;

struct ParrotState {
  Words heard;
};
BOOST_DESCRIBE_STRUCT(ParrotState, (), (heard))

struct Stage {
  Words last_words;
  Node node;
  Parrot& parrot = node.start<Parrot>("parrot", &last_words);
  Ref<ParrotApi> ref = whereis<ParrotApi>("parrot");
};

struct SecretApi {
  using Calls = ninelives::Calls<void(Heard)>;
};
struct Secret : GenServer<SecretApi> {
  void handle_call(const Heard&) {}
  std::string& state() { return password; }
  void terminate(const ExitReason&) {
    if (password == "sore") throw std::runtime_error("sore");
  }
  std::string format_status() const {
    if (password == "broken") throw std::runtime_error("cannot");
    return "***";
  }
  std::string password = "1234";
};
struct Closed : GenServer<SecretApi> {
  void handle_call(const Heard&) {}
};
struct Touchy : GenServer<SecretApi> {
  void handle_call(const Heard&) {}
  std::string& state() { throw std::runtime_error("do not touch"); }
};
struct Modern : GenServer<SecretApi> {
  void handle_call(const Heard&) {}
  Result code_change(const std::string& from, const std::string& extra) {
    if (from == "0") return stop(ExitReason::error("too old"));
    version = extra;
    return ok();
  }
  std::string version = "1";
};

std::string shown(const sys::Status& status) {
  const auto* begin = reinterpret_cast<const char*>(status.state->data());
  return *from_bytes<std::string>({begin, status.state->size()});
}

}  // namespace

TEST_CASE("gen_server_SUITE get_state: the members that a server describes") {
  Stage stage;
  stage.parrot.heard = {"a", "b"};
  CHECK(sys::get_state<ParrotState>("parrot")->heard == Words{"a", "b"});
}

TEST_CASE("gen_server_SUITE replace_state: it is the state, or everything stays as it was") {
  Stage stage;
  REQUIRE(sys::replace_state("parrot", ParrotState{{"new"}}));
  CHECK(stage.parrot.heard == Words{"new"});
  const auto refused = sys::replace_state("parrot", std::string("nonsense"));
  CHECK(refused.error().kind == CallError::Kind::bad_message);
  CHECK(stage.parrot.heard == Words{"new"});
}

TEST_CASE("gen_server_SUITE replace_state: also while it is suspended") {
  Stage stage;
  REQUIRE(sys::suspend("parrot"));
  REQUIRE(sys::replace_state("parrot", ParrotState{{"new"}}));
  CHECK(sys::get_state<ParrotState>("parrot")->heard == Words{"new"});
}

TEST_CASE("A server that does not describe its state says how that is done") {
  Node node;
  node.start<Closed>("closed");
  const auto state = sys::get_state<std::string>("closed");
  REQUIRE(state.error().kind == CallError::Kind::bad_message);
  CHECK(state.error().text.find("Closed does not say what its state is") == 0);
  CHECK_FALSE(sys::get_status("closed")->state);
}

TEST_CASE("gen_server_SUITE call_format_status: what is shown is what format_status says") {
  Node node;
  node.start<Secret>("secret");
  CHECK(shown(*sys::get_status("secret")) == "***");
  CHECK(*sys::get_state<std::string>("secret") == "1234");
}

TEST_CASE("gen_server_SUITE crash_in_format_status: it does not lay the state open") {
  Node node;
  node.start<Secret>("secret").password = "broken";
  CHECK(shown(*sys::get_status("secret")) == "format_status() has thrown: cannot");
}

TEST_CASE("gen_server_SUITE error_format_status: the line of an abnormal end shows what format_status says") {
  Node node;
  node.start<Secret>("secret");
  REQUIRE(whereis<SecretApi>("secret").call(Heard{}));
  REQUIRE(sys::stop("secret", ExitReason::error("why")));
  CHECK(node.log("secret") == Words{R"(error("why"); last message heard; state "***")"});
}

TEST_CASE("gen_server_SUITE terminate_crash_format: it does so, too, if terminate() throws") {
  Node node;
  node.start<Secret>("secret").password = "sore";
  REQUIRE(sys::stop("secret", ExitReason::error("why")));
  CHECK(node.log("secret") == Words{"exception in terminate: sore", R"(error("why"); state "***")"});
}

TEST_CASE("The line of an abnormal end shows the state as it is where nothing hides it") {
  Stage stage;
  stage.parrot.heard = {"a \"b\"\n", "c"};
  REQUIRE(sys::stop("parrot", ExitReason::error("why")));
  CHECK(stage.node.log("parrot") == Words{R"(error("why"); state {"heard": ["a \"b\"\x0a", "c"]})"});
}

TEST_CASE("An end in order is not logged") {
  Stage stage;
  REQUIRE(sys::stop("parrot", ExitReason::shutdown("enough")));
  CHECK(stage.node.log("parrot").empty());
}

TEST_CASE("A state() that throws says so, and ends nobody") {
  Node node;
  node.start<Touchy>("touchy");
  CHECK(sys::get_state<std::string>("touchy").error().text == "state() has thrown: do not touch");
  CHECK(shown(*sys::get_status("touchy")) == "state() has thrown: do not touch");
  CHECK(node.is_alive("touchy"));
}

TEST_CASE("A suspended server leaves its messages alone, and handles them after the resume") {
  Stage stage;
  REQUIRE(sys::suspend("parrot"));
  REQUIRE(sys::suspend("parrot"));
  CHECK(sys::get_status("parrot")->suspended);
  CHECK(stage.ref.call(Do{What::reply_later}, 100ms).error().kind == CallError::Kind::timeout);
  REQUIRE(stage.ref.send(Note{"waits"}));
  stage.node.advance(1h);
  CHECK(stage.parrot.heard.empty());
  REQUIRE(sys::resume("parrot"));
  stage.node.run();
  CHECK(stage.parrot.heard == Words{"waits"});
}

TEST_CASE("Timers and downs of a suspended server wait for its resume, and timers come first then") {
  Stage stage;
  stage.node.start<Parrot>("other");
  REQUIRE(stage.ref.cast(Watch{*stage.node.pid("other")}));
  REQUIRE(stage.ref.cast(Act{What::reply_later, 10}));
  stage.node.run();
  REQUIRE(sys::suspend("parrot"));
  stage.node.kill("other");
  stage.node.advance(1s);
  CHECK(stage.parrot.heard.empty());
  REQUIRE(sys::resume("parrot"));
  stage.node.run();
  CHECK(stage.parrot.heard == Words{"ring", "down killed"});
}

TEST_CASE("An exit signal ends a suspended server") {
  Stage stage;
  stage.node.start<Parrot>("other");
  REQUIRE(sys::suspend("parrot"));
  REQUIRE(whereis<ParrotApi>("other").cast(SendExit{*stage.node.pid("parrot"), ExitReason::error("enough")}));
  stage.node.run();
  CHECK(stage.node.reason("parrot") == ExitReason::error("enough"));
}

TEST_CASE("gen_server_SUITE stop1: it ends normally after terminate(), and a second stop finds nobody") {
  Stage stage;
  REQUIRE(sys::stop("parrot"));
  CHECK(stage.node.reason("parrot") == ExitReason::normal());
  CHECK(stage.last_words == Words{"terminate normal"});
  CHECK(sys::stop("parrot").error().kind == CallError::Kind::noproc);
}

TEST_CASE("gen_server_SUITE stop2: for the reason that is given") {
  Stage stage;
  REQUIRE(sys::stop(*stage.node.pid("parrot"), ExitReason::shutdown("holiday")));
  CHECK(stage.node.reason("parrot") == ExitReason::shutdown("holiday"));
}

TEST_CASE("gen_server_SUITE stop3: who does not end in time is asked all the same") {
  struct Slow : GenServer<SecretApi> {
    void handle_call(const Heard&) { (void)whereis<ParrotApi>("parrot").call(Do{What::reply_later}, 10s); }
  };
  Stage stage;
  stage.node.start<Slow>("slow");
  auto busy = whereis<SecretApi>("slow").send_request(Heard{});
  CHECK(sys::stop("slow", ExitReason::normal(), 1s).error().kind == CallError::Kind::timeout);
  CHECK(busy.receive());
  stage.node.run();
  CHECK(stage.node.reason("slow") == ExitReason::normal());
}

TEST_CASE("gen_server_SUITE undef_code_change: who has none says so, and lives") {
  Node node;
  node.start<Closed>("closed");
  REQUIRE(sys::suspend("closed"));
  CHECK(sys::change_code("closed", "1").error().text == "Closed has no code_change()");
  REQUIRE(sys::resume("closed"));
  CHECK(whereis<SecretApi>("closed").call(Heard{}));
}

TEST_CASE("code_change is for a suspended server, and changes nothing if it fails") {
  Node node;
  Modern& modern = node.start<Modern>("modern");
  CHECK(sys::change_code("modern", "1", "2").error().kind == CallError::Kind::bad_message);
  CHECK(modern.version == "1");
  REQUIRE(sys::suspend("modern"));
  CHECK(sys::change_code("modern", "0", "2").error().text == "error(\"too old\")");
  CHECK(modern.version == "1");
  REQUIRE(sys::change_code("modern", "1", "2"));
  CHECK(modern.version == "2");
}

// ---- trace

namespace {

struct WatcherApi {
  using Casts = ninelives::Casts<Trap>;
  using Infos = ninelives::Infos<sys::TraceEvent>;
};
struct Watcher : GenServer<WatcherApi> {
  void handle_cast(const Trap& trap) { (void)sys::trace("parrot", trap.on); }
  void handle_info(const sys::TraceEvent& event) {
    const char* way = event.direction == sys::TraceEvent::Direction::in ? "in " : "out ";
    seen.push_back(way + event.kind + (event.message.empty() ? "" : ' ' + event.message));
  }
  Words seen;
};

}  // namespace

TEST_CASE("Whoever traces a server sees what comes in and what goes out, until it no longer wants to") {
  Stage stage;
  Watcher& watcher = stage.node.start<Watcher>("watcher");
  stage.node.start<Parrot>("other");
  const auto watch = whereis<WatcherApi>("watcher");
  REQUIRE(watch.cast(Trap{true}));
  stage.node.run();
  REQUIRE(stage.ref.call(Do{}));
  REQUIRE(stage.ref.cast(Ask{"other"}));
  stage.node.run();
  CHECK(watcher.seen == Words{"in call do", "out reply", "in cast ask", "out call do", "in response"});
  REQUIRE(watch.cast(Trap{false}));
  stage.node.run();
  REQUIRE(stage.ref.call(Do{}));
  stage.node.run();
  CHECK(watcher.seen.size() == 5);
}

}  // namespace ninelives::test
