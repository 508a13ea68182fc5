// All rows in turns: the machine's moods meet all of them, not the one that happens to be measured just then.
#pragma once
#include "bench/harness/row.hpp"

namespace ninelives::bench {

struct Plan {
  int turns = 7;
  std::chrono::seconds total{75};  // of measuring; setting up comes on top
};

void run(std::vector<Group>& groups, const Plan& plan);

}  // namespace ninelives::bench
