#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// At most one deadline for each child, the earliest first; those of one moment in the order in which they
// were set. Setting, cancelling and taking are O(log n) in the number of deadlines.
class Deadlines {
 public:
  // Replaces the deadline that the child had.
  void set(ChildNumber child, TimePoint when);
  void cancel(ChildNumber child);

  std::optional<TimePoint> earliest() const;
  // Removes the first deadline that is at or before `now`, and tells whose it was.
  std::optional<ChildNumber> take_due(TimePoint now);

 private:
  using Key = std::pair<TimePoint, std::uint64_t>;
  std::map<Key, ChildNumber> children_;
  std::unordered_map<ChildNumber, Key> keys_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace ninelives::supervisor
