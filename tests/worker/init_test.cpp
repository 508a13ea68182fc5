// What init decides, from its return to what the supervisor is told. The worker runs in the test's own
// process; the test plays its supervisor.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <ninelives/serve.hpp>

#include "ipc/launch_environment.hpp"
#include "tests/support/test_node.hpp"

namespace ninelives {
namespace {

struct Nothing {
  using Casts = ninelives::Casts<>;
};

// What a process of the node has in its environment, for as long as this object lives.
class LaunchedAs {
 public:
  LaunchedAs(const test::TestNode& node, const Pid& pid) {
    ::setenv(ipc::env_node, node.files.path().c_str(), 1);
    ::setenv(ipc::env_slot, std::to_string(pid.slot).c_str(), 1);
    ::setenv(ipc::env_incarnation, std::to_string(pid.incarnation).c_str(), 1);
  }
  LaunchedAs(const LaunchedAs&) = delete;
  LaunchedAs& operator=(const LaunchedAs&) = delete;
  ~LaunchedAs() {
    for (const char* name : {ipc::env_node, ipc::env_slot, ipc::env_incarnation}) ::unsetenv(name);
  }
};

// What is left of a worker that has ended.
struct Left {
  int code = 0;
  ExitReason reason;                // in its own words
  std::optional<std::string> info;  // with which it has said that it is ready; none: it has not
};

// It is told to stop before it begins, and so ends as soon as it is ready.
template <class Server>
Left live() {
  test::TestNode node;
  const Pid pid = node.add("server");
  const auto supervisor = node.attach(node.root);
  REQUIRE(supervisor->send(node.owner(pid), {.kind = ipc::Kind::stop}, ipc::for_ever));
  const LaunchedAs launched(node, pid);
  Left left;
  left.code = serve<Server>(0, nullptr);
  const auto box = test::TestNode::must(ipc::BoxView::open(node.files, node.owner(pid)));
  const ipc::Status& status = box.status();
  REQUIRE(status.end_incarnation.load() == pid.incarnation);
  left.reason = {.kind = static_cast<ExitReason::Kind>(status.end_kind), .text = status.end_text.data()};
  while (const ipc::Received* received = supervisor->next()) {
    if (received->kind == ipc::Kind::ready) left.info = received->payload;
  }
  return left;
}

// How often terminate was called.
int terminated = 0;
class Base : public GenServer<Nothing> {
 public:
  void terminate(const ExitReason&) { ++terminated; }
};

TEST_CASE("a server whose init says nothing is ready, and runs until it is stopped") {
  class Plain : public Base {
   public:
    void init() {}
  };
  terminated = 0;
  const Left left = live<Plain>();
  CHECK(left.code == 0);
  CHECK(left.reason == ExitReason::shutdown());
  CHECK(left.info == "");
  CHECK(terminated == 1);
}

TEST_CASE("what init gives to ok() goes with the message that says ready") {
  static std::string text;
  class Informative : public Base {
   public:
    InitResult init() { return ok(text); }
  };
  text = GENERATE(std::string("port 4711"), std::string(2 * ipc::inline_max, 'x'));
  CHECK(live<Informative>().info == text);
}

TEST_CASE("a server that ignores its start ends in order, was never ready and runs no terminate") {
  class Idle : public Base {
   public:
    InitResult init() { return ignore(); }
  };
  terminated = 0;
  const Left left = live<Idle>();
  CHECK(left.code == 0);
  CHECK(left.reason == ExitReason::ignored());
  CHECK_FALSE(left.info);
  CHECK(terminated == 0);
}

TEST_CASE("a server whose init stops or throws has failed to start, was never ready and runs no terminate") {
  class Stopping : public Base {
   public:
    Stop init() { return stop(ExitReason::error("no licence")); }
  };
  class Throwing : public Base {
   public:
    InitResult init() { throw std::runtime_error("no licence"); }
  };
  terminated = 0;
  for (const Left& left : {live<Stopping>(), live<Throwing>()}) {
    CHECK(left.code == 1);
    CHECK(left.reason.kind == ExitReason::Kind::start_failed);
    CHECK_THAT(left.reason.text, Catch::Contains("no licence"));
    CHECK_FALSE(left.info);
  }
  CHECK(terminated == 0);
}

// What init may return is checked while compiling; these are the bools of the static_asserts.
static_assert(detail::Initializes<void> && detail::Initializes<InitResult> && detail::Initializes<Ignore> &&
              detail::Initializes<OkInfo> && detail::Initializes<NoReply> && detail::Initializes<Stop>);
static_assert(!detail::Initializes<int> && !detail::Initializes<std::string>);
static_assert(!detail::GoesOn<Ignore> && !detail::GoesOn<OkInfo>);

}  // namespace
}  // namespace ninelives
