// The rows of the process table that one supervisor writes: those of its own children, and, when a supervisor
// among these has died, those of everybody below it. Every store that can end somebody's wait is followed by
// a notice.
#pragma once
#include <optional>
#include <vector>

#include <ninelives/spec/tree.hpp>

#include "ipc/node_files.hpp"
#include "ipc/notice.hpp"
#include "ipc/table_writer.hpp"

namespace ninelives::supervisor {

class Rows {
 public:
  Rows(const ipc::NodeFiles& files, ipc::TableWriter table) : files_(files), table_(std::move(table)) {}

  const ipc::NodeFiles& files() const { return files_; }
  const ipc::TableView& view() const { return table_.view(); }
  ipc::TableWriter& table() { return table_; }
  ipc::Boxes& boxes() { return boxes_; }

  // ---- one life, in order

  // `partitions`: of a supervisor that has them.
  void starting(const Pid& pid, std::uint32_t partitions = 0);
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

  // What the process wrote into its box before it ended, if that very life did.
  std::optional<ExitReason> own_words(const Pid& pid);
  // What it writes there while it runs. Null: it has no box that can be looked at.
  const ipc::Status* status(Slot slot);

  // Lets go of the memory of boxes whose slots have been freed by now, perhaps by another process.
  void forget_freed_boxes();

  // ---- below a supervisor that is dead, and with it everybody below it

  // A process that the table says is alive.
  struct Alive {
    Pid pid;
    int os_pid;  // 0: not known yet
    Slot supervisor;
  };
  // Those below that slot, parents first.
  std::vector<Alive> alive_below(Slot supervisor) const;

  // Of all processes that the table says are alive, wherever they are.
  std::vector<int> alive_os_pids() const;

  // They are over. Those that the spec has will be there again with the supervisor's next life, and what
  // waits for them is kept; the others are gone. Returns the lives that were not over before.
  std::vector<Alive> died_with(Slot supervisor, const SupervisorSpec& spec);
  // There is no next life for now; or never, and then they are gone too.
  void down_with(Slot supervisor, ipc::RowState state);

 private:
  void give_notice(Slot slot);
  std::vector<Slot> children_of(Slot supervisor) const;
  bool is_place_of(Slot slot, const ChildSpec& child) const;

  const ipc::NodeFiles& files_;
  ipc::TableWriter table_;
  ipc::Boxes boxes_;
  std::size_t boxes_to_look_at_ = 32;  // as many as that
};

ipc::RowType row_type(ChildType type);

// What a child is called in its node: its path.
std::string child_name(const std::string& supervisor, const std::string& id);

}  // namespace ninelives::supervisor
