// Random scenarios. What OTP itself would do differently from run to run is not among them:
//
// - Real time decides nothing. A child that is deaf has a few milliseconds, one that is not has ten seconds
// or more, and
//   no supervisor below another one is given less than it may need.
// - No two supervisors act at once, because a step is about one of them.
// - A count of what is active comes before no death in the same mailbox: OTP would see the process dead
// already.
//
// And not among them: a restart that is ignored under simple_one_for_one, after which OTP 25 has a child
// without a process and does not end any more (OTP issue 8215, mended since).
#pragma once
#include <cstdint>

#include "tests/conformance/scenario.hpp"

namespace ninelives::conformance {

// The scenario with this number: always the same one for the same seed.
Scenario make_scenario(std::uint64_t seed, std::uint64_t number);

}  // namespace ninelives::conformance
