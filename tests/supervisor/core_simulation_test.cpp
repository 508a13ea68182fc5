#include "tests/supervisor/core_simulation.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <variant>
#include <vector>

// NINELIVES_SEED=<number> runs that seed alone.

using namespace ninelives::supervisor;
using namespace ninelives::supervisor::test;

namespace {

std::vector<std::uint64_t> seeds(std::uint64_t count) {
  if (const char* seed = std::getenv("NINELIVES_SEED")) return {std::strtoull(seed, nullptr, 10)};
  std::vector<std::uint64_t> all;
  for (std::uint64_t seed = 1; seed <= count; ++seed) all.push_back(seed);
  return all;
}

}  // namespace

TEST_CASE("No random tree on a random host breaks an invariant of supervision", "[supervisor]") {
  for (const std::uint64_t seed : seeds(4000)) {
    const Run run = simulate(seed);
    if (run.violation.empty()) continue;
    FAIL("replay with NINELIVES_SEED=" << seed << "\n" << to_string(run));
  }
}

TEST_CASE("The same seed gives the same run", "[supervisor]") {
  for (const std::uint64_t seed : seeds(200)) {
    CAPTURE(seed);
    REQUIRE(simulate(seed).steps == simulate(seed).steps);
  }
}

TEST_CASE("The simulation comes to every outcome and every kind of action", "[supervisor]") {
  std::set<std::size_t> outcomes;
  std::set<std::size_t> actions;
  std::set<ChildState> states;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    for (const Step& step : simulate(seed).steps) {
      for (const Action& action : step.actions) {
        actions.insert(action.index());
        if (const auto* became = std::get_if<Became>(&action)) states.insert(became->state);
        if (const auto* finished = std::get_if<Finished>(&action)) outcomes.insert(finished->outcome.index());
      }
    }
  }
  CHECK(outcomes.size() == std::variant_size_v<Outcome>);
  CHECK(actions.size() == std::variant_size_v<Action>);
  CHECK(states.size() == 6);
}
