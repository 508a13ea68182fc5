// The slots of a node as its root keeps them: allotted, alive, told of, freed. Every store of a row that can
// end somebody's wait is followed by a notice.
#pragma once
#include <chrono>
#include <vector>

#include "ipc/node_files.hpp"
#include "ipc/notice.hpp"
#include "ipc/table_writer.hpp"

namespace ninelives::supervisor {

class Slots {
 public:
  Slots(const ipc::NodeFiles& files, ipc::TableWriter table) : files_(files), table_(std::move(table)) {}

  const ipc::TableView& view() const { return table_.view(); }

  // A place in the table, and a box: a program has one too, for those who watch it.
  ipc::Result<ipc::Owner> add(const ipc::RowFacts& facts);

  void starting(const Pid& pid);
  void running(const Pid& pid) { table_.set_state(pid.slot, pid.incarnation, ipc::RowState::running); }
  void stopping(const Pid& pid) { table_.set_state(pid.slot, pid.incarnation, ipc::RowState::stopping); }
  void os_pid(const Pid& pid, int os_pid) { table_.set_os_pid(pid.slot, static_cast<std::uint32_t>(os_pid)); }
  void ended(const Pid& pid, const ExitReason& reason) {
    table_.set_reason(pid.slot, pid.incarnation, reason);
  }

  // That life is over and the next one follows at once, or after a while.
  void restarting(const Pid& pid);
  // That life is over and nobody is to execute what was waiting for it: stopped, or gone for good.
  void down(const Pid& pid, ipc::RowState state);

  // What the worker wrote into its box before it ended, if that very life did.
  std::optional<ExitReason> own_words(const Pid& pid) const;

  // Frees the slots that are gone and of which no message is waiting any more: a process that casts and exits
  // loses nothing. Returns how many have to wait.
  std::size_t free_drained();

 private:
  bool is_drained(const ipc::Owner& gone) const;
  bool has_taken_all(const ipc::Owner& gone, Slot receiver) const;
  void remove_rings_of(const ipc::Owner& gone) const;

  const ipc::NodeFiles& files_;
  ipc::TableWriter table_;
  ipc::Boxes boxes_;
  std::vector<Slot> gone_;
};

}  // namespace ninelives::supervisor
