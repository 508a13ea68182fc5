// Where the children of a supervisor live in the node: the root allots slots, to itself and to the
// supervisors below it.
#pragma once
#include <expected>
#include <span>
#include <vector>

#include "ipc/control.hpp"
#include "ipc/node_files.hpp"

namespace ninelives::supervisor {

// Another child of the node has the name.
struct NameTaken {
  ipc::Owner by;
};
using Placed = std::expected<ipc::Owner, NameTaken>;

class Places {
 public:
  virtual ~Places() = default;
  // In the order of what is wanted. An error: there is room for some of them only, and none has a place.
  virtual ipc::Result<std::vector<Placed>> allot(std::span<const ipc::PlaceWanted> wanted) = 0;
  // The row of one of them says that it is gone.
  virtual void slot_is_gone() = 0;
};

}  // namespace ninelives::supervisor
