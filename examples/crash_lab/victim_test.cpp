#include <catch2/catch.hpp>

#include <ninelives/test.hpp>

#include "victim_server.hpp"

TEST_CASE("crash_lab: an exception is the reason of the end") {
  ninelives::test::Node node;
  node.start<crash_lab::Victim>("victim");
  const auto victim = ninelives::whereis<crash_lab::VictimApi>("victim");
  REQUIRE(victim.cast(crash_lab::Die{crash_lab::Way::exception}));
  node.run();
  REQUIRE_FALSE(node.is_alive("victim"));
  CHECK_THAT(node.reason("victim")->text, Catch::Contains("it has had enough"));
}
