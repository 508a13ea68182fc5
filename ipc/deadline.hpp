// A moment of CLOCK_MONOTONIC up to which something may take. `no_deadline` waits for ever.
#pragma once
#include <chrono>

namespace ninelives::ipc {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;
inline constexpr Deadline no_deadline = Deadline::max();

// now + `wait`, where a wait that is too long to add means no deadline.
inline Deadline deadline_after(std::chrono::nanoseconds wait) {
  auto now = Clock::now();
  if (wait >= no_deadline - now) return no_deadline;
  return now + wait;
}

}  // namespace ninelives::ipc
