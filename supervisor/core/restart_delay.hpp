#pragma once
#include <chrono>
#include <optional>

#include <ninelives/spec/tree.hpp>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// How long the restarts of one child wait: its spec's Backoff, counted. Without one, never at all.
class RestartDelay {
 public:
  explicit RestartDelay(const std::optional<Backoff>& backoff) : backoff_(backoff) {}

  // The child is running from `now` on.
  void runs(TimePoint now) { running_since_ = now; }
  // It is to be restarted. `random` is from 0 to 1, and decides how much of the jitter is taken off.
  std::chrono::nanoseconds next(TimePoint now, double random);

 private:
  std::optional<Backoff> backoff_;
  std::optional<TimePoint> running_since_;
  std::chrono::nanoseconds next_{};  // of the row that is under way; 0: none is
};

}  // namespace ninelives::supervisor
