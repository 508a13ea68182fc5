// How much is done: set from the command line, before the first campaign.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ninelives::test::stepkill {

struct Plan {
  bool is_complete = false;  // every instruction of everything, however long it takes
  std::size_t pairs = 0;     // of each two operations
  std::uint64_t seed = 0;
};

inline Plan& plan() {
  static Plan plan;
  return plan;
}

}  // namespace ninelives::test::stepkill
