#include "idle.hpp"

#include <catch2/catch.hpp>

#include <ninelives/test.hpp>

using namespace std::chrono_literals;

TEST_CASE("idle_timeout: it ends normally when nothing has come for so long, and each message begins anew") {
  ninelives::test::Node node;
  node.start<Idle>("idle", 300ms);
  const auto idle = ninelives::whereis<IdleApi>("idle");
  for (int turn = 0; turn < 3; ++turn) {
    node.advance(299ms);
    REQUIRE(idle.call(Touch{}));
  }
  node.advance(299ms);
  CHECK(node.is_alive("idle"));
  node.advance(1ms);
  CHECK(node.reason("idle") == ninelives::ExitReason::normal());
}

TEST_CASE("idle_timeout: who is never touched ends, too") {
  ninelives::test::Node node;
  node.start<Idle>("idle", 300ms);
  node.advance(300ms);
  CHECK(node.reason("idle") == ninelives::ExitReason::normal());
}
