// Workers that are stuck in a callback, and their supervisors.
#include <catch2/catch.hpp>

#include "tests/e2e/managed.hpp"
#include "tests/programs/sticky.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view reason_of_call = R"(error("watchdog: handle_call(stick) ran for more than 20ms"))";

ChildSpec sticky(const std::string& id) {
  return {.id = id, .command = {test_program("sticky")}, .watchdog = 20ms};
}

void stick_often(const Managed& test, const std::string& name, int times) {
  for (int time = 0; time < times; ++time) {
    const auto ended = whereis<StickyApi>(test.name(name)).call(Stick{});
    REQUIRE(ended.error().kind == CallError::Kind::down);
  }
}

}  // namespace

TEST_CASE("a worker that is stuck in a callback is killed and restarted, and what it was stuck on is told") {
  const Managed test(GENERATE(std::string(), std::string("top")));
  const Pid first = test.top.start_child(sticky("a")).value().pid;
  const auto server = whereis<StickyApi>(test.name("a"));
  const auto ended = server.call(Stick{});
  REQUIRE_FALSE(ended);
  CHECK(ended.error().kind == CallError::Kind::down);
  CHECK(to_string(ended.error().reason) == reason_of_call);
  CHECK(server.call(Answer{}) == 42);

  const SeenEvent event = test.running.events().wait_for("watchdog", test.name("a"));
  CHECK(event.callback == "handle_call");
  CHECK(event.message == "stick");
  CHECK(event.ms >= 20);
  CHECK(event.pid != 0);
  CHECK(event.incarnation == static_cast<std::int64_t>(first.incarnation));
  CHECK(test.running.events().wait_for("exited", test.name("a")).reason == reason_of_call);
  CHECK(test.running.events().wait_for("child_terminated", test.name("a")).reason == reason_of_call);
}

TEST_CASE("each callback is watched, also that of a cast and terminate") {
  const Managed test("top");
  REQUIRE(test.top.start_child(sticky("a")));
  const auto server = whereis<StickyApi>("top/a");
  SECTION("a cast") {
    REQUIRE(server.cast(Glue{}));
    CHECK(test.running.events().wait_for("exited", "top/a").reason ==
          R"(error("watchdog: handle_cast(glue) ran for more than 20ms"))");
  }
  SECTION("terminate, of a worker that stops by itself") {
    REQUIRE(server.cast(Leave{}));
    CHECK(test.running.events().wait_for("exited", "top/a").reason ==
          R"(error("watchdog: terminate ran for more than 20ms"))");
  }
}

TEST_CASE("a worker that waits for messages is never stuck, and one that has no watchdog may be for ever") {
  const Managed test("top");
  const Pid idle = test.top.start_child(sticky("idle")).value().pid;
  ChildSpec unwatched = sticky("unwatched");
  unwatched.watchdog.reset();
  const Pid patient = test.top.start_child(unwatched).value().pid;
  REQUIRE(whereis<StickyApi>("top/unwatched").cast(Glue{}));
  REQUIRE(test.top.start_child(sticky("stuck")));
  stick_often(test, "stuck", 10);  // many times as long as the idle one would have had
  CHECK(whereis<StickyApi>("top/idle").call(Answer{}) == 42);
  CHECK(whereis<StickyApi>("top/idle").pid() == idle);
  CHECK(whereis<StickyApi>("top/unwatched").pid() == patient);
}

TEST_CASE("init and an ordered stop may take longer than a callback") {
  const Managed test("top");
  test.make_pipe("start");
  test.make_pipe("stop");
  test.mood("slow");
  ChildSpec slow = test.moody("slow");
  slow.watchdog = 20ms;
  slow.shutdown = Shutdown{.kind = Shutdown::Kind::infinity};
  REQUIRE(test.top.start_child(sticky("stuck")));

  auto starting = in_thread([top = test.top, slow] { return top.start_child(slow); });
  test.wait_at("start");
  stick_often(test, "stuck", 5);
  test.go_on("start");
  CHECK(starting.get().has_value());

  auto stopping = in_thread([top = test.top] { return top.terminate_child("slow"); });
  test.wait_at("stop");
  stick_often(test, "stuck", 5);
  test.go_on("stop");
  CHECK(stopping.get().has_value());
  CHECK(test.running.events().count("watchdog", "top/slow") == 0);
}

}  // namespace ninelives::test
