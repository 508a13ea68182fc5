// The process table as everybody but its supervisors sees it: read-only. Rows tell who is alive; a look-up by
// name is O(1). Any thread.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <ninelives/ipc/exit_reason.hpp>

#include "ipc/layout.hpp"
#include "ipc/mapping.hpp"
#include "ipc/node_files.hpp"

namespace ninelives::ipc {

class TableView {
 public:
  static Result<TableView> open(const NodeFiles& files);

  std::string_view node() const;
  // Never more than there can be, whatever the table says: a row beyond would be outside of its memory.
  Slot rows() const { return std::min(table().header.rows.load(std::memory_order::acquire), slots_max); }
  bool has(Slot slot) const { return slot < rows(); }

  // Only for a slot that the table has.
  const Row& row(Slot slot) const { return table().row[slot]; }
  // The state of a slot, which is free where the table has none.
  RowWord state(Slot slot) const;
  Incarnation owner_inc(Slot slot) const;
  std::string name(Slot slot) const;        // its path
  std::string registered(Slot slot) const;  // its registered name; empty: it has none
  // For a sentence: the name in quotes, or what a process without a name is.
  std::string in_words(Slot slot) const;

  // By its path or by its registered name. Not one that is gone: its name may be another one's by now.
  std::optional<Owner> find(std::string_view name) const;

  // Why that life ended: unknown if it is too long ago, noproc if the slot has another owner by now.
  ExitReason reason(const Pid& pid) const;

 private:
  explicit TableView(Mapping mapping) : mapping_(std::move(mapping)) {}
  const Table& table() const { return *mapping_.as<Table>(); }

  Mapping mapping_;
};

// Where a name begins to be looked for in the table's index; the next places follow in order.
std::size_t name_place(std::string_view name);

}  // namespace ninelives::ipc
