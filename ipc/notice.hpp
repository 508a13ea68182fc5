// Telling of a death. The supervisor stores the row first and gives notice afterwards; whoever waits sets its
// watchers bit first and looks at the row afterwards: one of the two sees the other.
#pragma once
#include <map>

#include "ipc/box_view.hpp"
#include "ipc/table_view.hpp"

namespace ninelives::ipc {

// Boxes as a supervisor keeps them: those of its own children from the beginning, those of others since it
// was first their turn to be told. One that cannot be mapped, for want of files, is not told: it finds out by
// itself when nothing has come for Endpoint::backstop_interval.
using Boxes = std::map<Slot, BoxView>;

// The box of the slot's present owner, mapped if it was not. Null: it cannot be.
BoxView* find_box(const NodeFiles& files, const TableView& table, Boxes& boxes, Slot slot);

// Sets the dead slot's bit in the bell of everybody who has a ring from it or watches it, and rings. Needed
// after every store of a row that can end somebody's wait. Giving it twice does no harm.
void give_notice(const NodeFiles& files, const TableView& table, Boxes& boxes, Slot dead);

// The slots to which that one has ever made a ring.
SlotSet receivers_of(const BoxView& sender);

}  // namespace ninelives::ipc
