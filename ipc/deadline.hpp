// A moment of CLOCK_MONOTONIC up to which something may take. `no_deadline` waits for ever.
#pragma once
#include <chrono>
#include <optional>

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

// How long a call or a send may take. The clock is read when somebody really waits: reading it costs as much
// as half a call between two awake processes.
class Patience {
 public:
  explicit Patience(std::chrono::nanoseconds wait) : wait_(wait) {}

  Deadline deadline() {
    if (!deadline_) deadline_ = deadline_after(wait_);
    return *deadline_;
  }
  bool is_over() { return wait_ <= std::chrono::nanoseconds::zero() || Clock::now() >= deadline(); }

 private:
  std::chrono::nanoseconds wait_;
  std::optional<Deadline> deadline_;
};

inline constexpr std::chrono::nanoseconds no_patience{0};
inline constexpr std::chrono::nanoseconds for_ever = std::chrono::nanoseconds::max();

}  // namespace ninelives::ipc
