// What a node takes of the machine: compared before and after, it must not have grown.
#pragma once
#include <cstddef>
#include <iosfwd>

#include "tests/support/running_node.hpp"

namespace ninelives::test {

struct Footprint {
  std::size_t root_descriptors = 0;
  std::size_t root_mappings = 0;
  std::size_t worker_descriptors = 0;
  std::size_t worker_mappings = 0;
  std::size_t files = 0;
  std::size_t zombies = 0;

  bool fits_into(const Footprint& other) const;
};
std::ostream& operator<<(std::ostream& out, const Footprint& footprint);

// Mappings are those of the node's own files.
Footprint footprint_of(RunningNode& node, pid_t worker);

// Waits until the node takes no more than before; the last that was seen. What a dead process has left is
// taken apart by its peers and by the root one after the other, and the root asks again in growing steps.
Footprint settled_footprint(RunningNode& node, pid_t worker, const Footprint& before);

}  // namespace ninelives::test
