#pragma once
#include <functional>
#include <vector>

#include "tests/conformance/servers/script.hpp"

namespace ninelives::conformance::servers {

// Of each of these scripts: whether it still shows what is being looked for.
using StillShows = std::function<std::vector<bool>(const std::vector<Script>&)>;

// The smallest script that can be found by leaving out servers, steps, and what is said in a step.
Script shrink(Script script, const StillShows& still_shows);

}  // namespace ninelives::conformance::servers
