#pragma once
#include "tests/conformance/scenario.hpp"
#include "tests/conformance/trace.hpp"

namespace ninelives::conformance {

// Puts into order what has none: a simple_one_for_one supervisor that ends stops its children all at once.
Trace canonical(const Scenario& scenario, Trace trace);

}  // namespace ninelives::conformance
