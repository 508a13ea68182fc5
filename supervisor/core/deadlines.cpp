#include "supervisor/core/deadlines.hpp"

namespace ninelives::supervisor {

void Deadlines::set(ChildNumber child, TimePoint when) {
  cancel(child);
  const Key key{when, next_sequence_++};
  children_.emplace(key, child);
  keys_.emplace(child, key);
}

void Deadlines::cancel(ChildNumber child) {
  const auto found = keys_.find(child);
  if (found == keys_.end()) return;
  children_.erase(found->second);
  keys_.erase(found);
}

std::optional<TimePoint> Deadlines::earliest() const {
  if (children_.empty()) return std::nullopt;
  return children_.begin()->first.first;
}

std::optional<ChildNumber> Deadlines::take_due(TimePoint now) {
  const auto first = children_.begin();
  if (first == children_.end() || first->first.first > now) return std::nullopt;
  const ChildNumber child = first->second;
  keys_.erase(child);
  children_.erase(first);
  return child;
}

}  // namespace ninelives::supervisor
