#include "supervisor/core/restart_delay.hpp"

#include <algorithm>

namespace ninelives::supervisor {

std::chrono::nanoseconds RestartDelay::next(TimePoint now, double random) {
  if (!backoff_) return {};
  const bool was_stable = running_since_ && now - *running_since_ >= backoff_->reset;
  running_since_.reset();
  if (was_stable || next_ == next_.zero()) next_ = backoff_->first;
  const auto delay = next_;
  next_ = delay > backoff_->max / 2 ? backoff_->max : delay * 2;
  const auto whole = static_cast<double>(delay.count());
  const double taken_off = whole * backoff_->jitter * random;
  if (taken_off >= whole) return {};  // the longest delay, as a double, is more than the type holds
  return delay - std::chrono::nanoseconds(static_cast<std::int64_t>(taken_off));
}

}  // namespace ninelives::supervisor
