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
  const double part = 1.0 - backoff_->jitter * random;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(delay.count()) * part));
}

}  // namespace ninelives::supervisor
