#include "samples.hpp"

#include <catch2/catch.hpp>

#include <ninelives/test.hpp>

#include "collector_server.hpp"

using namespace std::chrono_literals;
using namespace periodic;

TEST_CASE("periodic: a tick is late by what it comes after its own time, and not after the last tick") {
  Lateness lateness(100ms);
  lateness.tick(101ms);
  lateness.tick(220ms);
  lateness.tick(300ms);
  CHECK(lateness.samples() == std::vector<std::int64_t>{1000, 20000, 0});
}

TEST_CASE("periodic: the median lies where most medians of drawn samples lie") {
  std::vector<std::int64_t> samples;
  for (std::int64_t i = 1; i <= 101; ++i) samples.push_back(i);
  const Summary summary = summarise(samples, 1000);
  CHECK(summary.samples == 101);
  CHECK(summary.median == 51us);
  CHECK((summary.from > 35us && summary.from < 51us));
  CHECK((summary.to > 51us && summary.to < 67us));
}

TEST_CASE("periodic: ticks come on the grid") {
  ninelives::test::Node node;
  node.start<Collector>("collector", false, 0ms);
  node.advance(99ms);
  CHECK(ninelives::whereis<CollectorApi>("collector").call(Ticks{})->ticks == 0);
  node.advance(60s);
  const auto ticked = ninelives::whereis<CollectorApi>("collector").call(Ticks{});
  CHECK(ticked->ticks == 600);
  CHECK(ticked->late == 0us);
}

TEST_CASE(
    "periodic: a report that no task can be started for is an error, and the next one may be asked for") {
  ninelives::test::Node node;
  node.start<Collector>("collector", false, 0ms);
  node.advance(1s);
  const auto collector = ninelives::whereis<CollectorApi>("collector");
  for (int turn = 0; turn < 2; ++turn) {
    const auto report = collector.call(Report{});
    REQUIRE(report.has_value());
    CHECK_THAT(report->error(), Catch::Contains("tasks"));
  }
}
