#pragma once

#include <chrono>
#include <deque>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// The restart intensity of one supervisor, shared by all its children: counts restarts and tells when they
// are too many. The rule is that of OTP's `add_restart`, on nanoseconds instead of whole seconds: a restart
// counts together with all that are not older than the period, and one that is exactly as old as the period
// still counts.
class Intensity {
 public:
  Intensity(unsigned limit, std::chrono::nanoseconds period) : limit_(limit), period_(period) {}

  // Counts a restart at `now`, which is not before any counted earlier. False when that makes more than the
  // limit: the restart must not take place, and the supervisor gives up.
  [[nodiscard]] bool charge(TimePoint now);

  // Other limits for what was counted already.
  void change(unsigned limit, std::chrono::nanoseconds period) {
    limit_ = limit;
    period_ = period;
  }

 private:
  unsigned limit_;
  std::chrono::nanoseconds period_;
  std::deque<TimePoint> restarts_;  // the oldest first
};

}  // namespace ninelives::supervisor
