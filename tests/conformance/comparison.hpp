// Our trace of a scenario beside OTP's.
#pragma once
#include <optional>
#include <string>

#include "tests/conformance/scenario.hpp"
#include "tests/conformance/trace.hpp"
#include "tests/conformance/world.hpp"

namespace ninelives::conformance {

// What supervisor/core does in this scenario; canonical.
Run our_run(const Scenario& scenario);

bool is_as_in_otp(const Run& ours, const Trace& otp);

// The first line that the scenario expects and that is not there, behind those before it.
std::optional<std::string> unmet_expectation(const Scenario& scenario, const Trace& otp);

// The scenario, and the two traces side by side, up to the step with the first difference, which is marked.
std::string side_by_side(const Scenario& scenario, const Run& ours, const Trace& otp);

}  // namespace ninelives::conformance
