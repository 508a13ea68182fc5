#pragma once
#include <functional>
#include <vector>

#include "tests/conformance/scenario.hpp"

namespace ninelives::conformance {

// Of each of these scenarios: whether it still shows what is being looked for.
using StillShows = std::function<std::vector<bool>(const std::vector<Scenario>&)>;

// The smallest scenario that can be found by leaving out steps, events, children and facts.
Scenario shrink(Scenario scenario, const StillShows& still_shows);

}  // namespace ninelives::conformance
