// What of a trace can be seen of real processes from outside, so that both sides can be compared. Left out:
//
// - How a child was asked to stop, by `shutdown` or `kill`: the events say that it was, and how it ended.
// - That the top supervisor has started: no event says so; the starts of its children do.
// - Why a child failed to start far below: a supervisor's reason names its own child, and an exit reason has
//   only so much room for the rest.
// - Whether a shutdown_error under simple_one_for_one is about a life or an id: OTP names the id where it
//   counts equal ends.
// - The order of what different supervisors do: it is one chain of cause and effect, but the event that tells
//   of an effect may be written before the one of its cause.
// - What happens at the same moment: each event of a step is a step of its own here. Deaths and calls come
//   to a real supervisor through different descriptors, and which one it looks at first is nobody's promise.
#pragma once
#include "tests/conformance/scenario.hpp"
#include "tests/conformance/trace.hpp"

namespace ninelives::conformance {

// The same with one event a step, and the stop of the top supervisor at the end.
Scenario one_at_a_time(Scenario scenario);

// A canonical trace without what cannot be seen.
Trace visible(const Scenario& scenario, Trace trace);

}  // namespace ninelives::conformance
