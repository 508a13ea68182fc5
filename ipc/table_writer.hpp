// The process table as its supervisors write it. One writer per row: the supervisor of that slot, and when it
// is dead the supervisor above it. Allotting slots and names, and freeing them, is the root's alone.
// Everything in a row is stored before its one state word, which is what readers believe.
#pragma once
#include <chrono>
#include <string_view>

#include <ninelives/ipc/exit_reason.hpp>

#include "ipc/table_view.hpp"

namespace ninelives::ipc {

// What a row says of its slot for as long as one child spec has it.
struct RowFacts {
  std::string_view name;  // its path; shorter than name_bytes, as all names; empty: not to be found by name
  std::string_view registered = {};  // another name that it can be found by; empty: none
  RowType type = RowType::none;
  Slot supervisor = root_slot;
  bool keeps_mailbox = true;
};

class TableWriter {
 public:
  // Makes the table of a new node.
  static Result<TableWriter> create(const NodeFiles& files, std::string_view node);
  // The table of a node that runs, for a supervisor below its root.
  static Result<TableWriter> open(const NodeFiles& files);

  // Gives a free slot to a new owner, whose first incarnation is the next one of that slot; the state stays
  // `stopped` until the first launch. Fails when all slots are in use or tmpfs is full.
  Result<Owner> allot(const RowFacts& facts);
  // The slot is free again: nothing of its owner is left, no message of it is waiting.
  void free(Slot slot);

  // ---- the life of a slot, in order
  void set_partitions(Slot slot, std::uint32_t partitions);  // of a supervisor
  void set_starting(Slot slot, Incarnation life, std::chrono::nanoseconds now);
  void set_os_pid(Slot slot, std::uint32_t os_pid);  // safe between clone and exec: a store and nothing else
  void set_state(Slot slot, Incarnation life, RowState state);
  void set_reason(Slot slot, Incarnation life,
                  const ExitReason& reason);  // before the state that ends the life
  // Messages for an incarnation before `accept_from` are void. Stored before the life that obeys it is
  // launched.
  void set_accept_from(Slot slot, Incarnation accept_from);
  void count_restart(Slot slot);

  const TableView& view() const { return view_; }

 private:
  TableWriter(Mapping mapping, TableView view) : mapping_(std::move(mapping)), view_(std::move(view)) {}
  Table& table() const { return *mapping_.as<Table>(); }
  Row& row(Slot slot) const { return table().row[slot]; }
  Result<Slot> free_slot();
  bool ensure_rows(Slot rows);
  void add_name(std::string_view name, Slot slot);
  void remove_name(std::string_view name, Slot slot);

  Mapping mapping_;
  TableView view_;
  Slot next_ = 0;  // slots are handed out round robin: a number rests before it is used again
};

}  // namespace ninelives::ipc
