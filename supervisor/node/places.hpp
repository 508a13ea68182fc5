// Where the children of a supervisor live in the node: the root allots slots, to itself and to the
// supervisors below it.
#pragma once
#include <span>
#include <vector>

#include "ipc/control.hpp"
#include "ipc/node_files.hpp"

namespace ninelives::supervisor {

class Places {
 public:
  virtual ~Places() = default;
  // In the order of what is wanted; all or none.
  virtual ipc::Result<std::vector<ipc::Owner>> allot(std::span<const ipc::PlaceWanted> wanted) = 0;
  // The row of one of them says that it is gone.
  virtual void slot_is_gone() = 0;
};

}  // namespace ninelives::supervisor
