// The figures to reach, and whether they were.
#pragma once
#include <vector>

#include "bench/harness/row.hpp"

namespace ninelives::bench {

void print_goals(const std::vector<Group>& groups);

}  // namespace ninelives::bench
