// Telling of a death. The supervisor stores the row first and gives notice afterwards; whoever waits sets its
// watchers bit first and looks at the row afterwards: one of the two sees the other.
#pragma once
#include <map>

#include "ipc/box_view.hpp"
#include "ipc/table_view.hpp"

namespace ninelives::ipc {

// The boxes of all slots that a supervisor keeps, mapped when they were made: a notice must not fail for want
// of files.
using Boxes = std::map<Slot, BoxView>;

// Sets the dead slot's bit in the bell of everybody who has a ring from it or watches it, and rings. Needed
// after every store of a row that can end somebody's wait. Giving it twice does no harm.
void give_notice(const NodeFiles& files, const TableView& table, Boxes& boxes, Slot dead);

// The slots to which that one has ever made a ring.
SlotSet receivers_of(const BoxView& sender);

}  // namespace ninelives::ipc
