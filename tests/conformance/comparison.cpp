#include "tests/conformance/comparison.hpp"

#include <algorithm>
#include <ranges>

#include "tests/conformance/canonical.hpp"

namespace ninelives::conformance {

Run our_run(const Scenario& scenario) {
  Run run = World(scenario).run();
  run.trace = canonical(scenario, std::move(run.trace));
  return run;
}

bool is_as_in_otp(const Run& ours, const Trace& otp) {
  if (!ours.differences.contains(Difference::never_blocks)) return ours.trace == otp;
  return std::ranges::equal(ours.trace, otp | std::views::take(ours.trace.size()));
}

std::optional<std::string> unmet_expectation(const Scenario& scenario, const Trace& otp) {
  auto expected = scenario.expected.begin();
  for (const TraceStep& step : otp) {
    for (const std::string& line : step.lines) {
      if (expected != scenario.expected.end() && line == *expected) ++expected;
    }
  }
  if (expected == scenario.expected.end()) return std::nullopt;
  return *expected;
}

std::string side_by_side(const Scenario& scenario, const Run& ours, const Trace& otp) {
  return to_string(scenario) + side_by_side(ours.trace, otp);
}

}  // namespace ninelives::conformance
