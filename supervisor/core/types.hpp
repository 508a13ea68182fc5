// The words that every part of the supervisor's core speaks. Pure values: nothing here reads a clock or knows
// a process of the operating system.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ninelives::supervisor {

// Nanoseconds since any fixed moment of a monotonic clock. It is always passed in, and never goes back from
// one step to the next.
using TimePoint = std::chrono::nanoseconds;

// A time to wait may be as long as the type allows, so that the sum would not fit: that is the end of time.
constexpr TimePoint later(TimePoint now, std::chrono::nanoseconds wait) {
  if (now > TimePoint::zero() && wait > TimePoint::max() - now) return TimePoint::max();
  return now + wait;
}

// The number of a child spec within its supervisor, from 0, in the order in which the specs came. It is never
// given to another one, so it does not follow the start order where a changed spec has reordered that.
using ChildNumber = std::uint64_t;

// How often a child was launched: 0 before its first launch, then 1, 2, 3 ... Whatever is said about a
// process names its life, so that news of a former process is never taken for news of the present one.
using Life = std::uint64_t;

// One request to a supervisor, as whoever passes it on numbers them. What is answered to it carries its
// number; a supervisor that ends before it has answered never does.
using RequestId = std::uint64_t;

// Where a child stands; child.hpp tells what leads from one to the other.
enum class ChildState { stopped, starting, running, stopping, restarting, gone };

// How a process ended, as far as a supervisor cares. shutdown_with_text is OTP's {shutdown, Term}; killed is
// by our own kill; ignored is a start that had nothing to do: init returned `ignore`.
enum class Ending { normal, shutdown, shutdown_with_text, killed, ignored, abnormal };

// After which a transient child stays down: normal, shutdown and {shutdown, Term}.
constexpr bool is_clean(Ending ending) {
  return ending == Ending::normal || ending == Ending::shutdown || ending == Ending::shutdown_with_text;
}

std::string_view to_string(ChildState state);
std::string_view to_string(Ending ending);
// For traces: `2/1` is child 2 in its first life.
std::string process_name(ChildNumber child, Life life);

}  // namespace ninelives::supervisor
