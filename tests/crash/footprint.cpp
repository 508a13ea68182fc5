#include "tests/crash/footprint.hpp"

#include <ostream>

#include "tests/support/processes.hpp"

namespace ninelives::test {

bool Footprint::fits_into(const Footprint& other) const {
  return root_descriptors <= other.root_descriptors && root_mappings <= other.root_mappings &&
         worker_descriptors <= other.worker_descriptors && worker_mappings <= other.worker_mappings &&
         files <= other.files && zombies <= other.zombies;
}

std::ostream& operator<<(std::ostream& out, const Footprint& footprint) {
  return out << "root: " << footprint.root_descriptors << " descriptors, " << footprint.root_mappings
             << " mappings; worker: " << footprint.worker_descriptors << " descriptors, "
             << footprint.worker_mappings << " mappings; " << footprint.files << " files, "
             << footprint.zombies << " zombies";
}

Footprint footprint_of(RunningNode& node, pid_t worker) {
  const auto directory = node.directory();
  const pid_t root = node.root().pid();
  return {.root_descriptors = open_descriptors(root),
          .root_mappings = mappings_of(root, directory),
          .worker_descriptors = open_descriptors(worker),
          .worker_mappings = mappings_of(worker, directory),
          .files = files_below(directory),
          .zombies = zombies_below(root)};
}

Footprint settled_footprint(RunningNode& node, pid_t worker, const Footprint& before) {
  Footprint now;
  wait_until([&] { return (now = footprint_of(node, worker)).fits_into(before); });
  return now;
}

}  // namespace ninelives::test
