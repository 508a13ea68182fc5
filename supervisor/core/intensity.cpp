#include "supervisor/core/intensity.hpp"

namespace ninelives::supervisor {

bool Intensity::charge(TimePoint now) {
  while (!restarts_.empty() && now - restarts_.front() > period_) restarts_.pop_front();
  restarts_.push_back(now);
  return restarts_.size() <= limit_;
}

}  // namespace ninelives::supervisor
