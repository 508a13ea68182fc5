// The slots of a node, as its root allots and frees them.
#pragma once
#include <span>
#include <vector>

#include "supervisor/node/places.hpp"
#include "supervisor/node/rows.hpp"

namespace ninelives::supervisor {

class Slots {
 public:
  explicit Slots(Rows& rows) : rows_(rows) {}

  // A place in the table, and a box: a program has one too, for those who watch it.
  ipc::Result<ipc::Owner> add(const ipc::RowFacts& facts);

  // The same for the children of a supervisor, as in Places. A name that it has in the table already keeps
  // its slot.
  ipc::Result<std::vector<Placed>> add(Slot supervisor, std::span<const ipc::PlaceWanted> places);

  // Frees the slots that are gone and of which no message is waiting any more: a process that casts and exits
  // loses nothing. Returns how many have to wait.
  std::size_t free_drained();

 private:
  ipc::Result<ipc::Owner> place(const ipc::RowFacts& facts);
  std::optional<ipc::Owner> former_place(Slot supervisor, const ipc::PlaceWanted& wanted) const;
  std::optional<ipc::Owner> name_holder(const ipc::PlaceWanted& wanted) const;
  bool is_drained(const ipc::Owner& gone) const;
  bool has_taken_all(const ipc::Owner& gone, Slot receiver) const;
  void remove_rings_of(const ipc::Owner& gone) const;
  const ipc::TableView& view() const { return rows_.view(); }
  const ipc::NodeFiles& files() const { return rows_.files(); }

  Rows& rows_;
};

}  // namespace ninelives::supervisor
