#pragma once
#include <memory>
#include <optional>
#include <string>

#include <ninelives/ipc/exit_reason.hpp>
#include <ninelives/ipc/pid.hpp>

#include "supervisor/core/types.hpp"
#include "supervisor/node/subtree_kill.hpp"
#include "supervisor/os/child_watch.hpp"
#include "supervisor/os/process_group.hpp"

namespace ninelives::supervisor {

// What a supervisor keeps of one child besides what the core does: its place in the node, and its process.
struct ChildProcess {
  std::string name;                       // in the node
  std::optional<ipc::Owner> place;        // none: the node had none for it, and why is in last_reason
  std::optional<ipc::Owner> name_holder;  // that is why: this one has the name that it was to have
  Incarnation before_first = 0;           // the incarnation of its slot before its first life here

  Life life = 0;                              // of the process that the rest tells of
  int os_pid = 0;                             // of that process, also when it is dead
  std::unique_ptr<ChildWatch> watch;          // until it is reaped
  std::unique_ptr<GroupKill> group_kill;      // it is dead, and something in its group is not yet
  std::unique_ptr<SubtreeKill> subtree_kill;  // it was a supervisor, and something below it is not yet dead
  bool was_ready = false;
  int stop_signal = 0;
  bool we_killed_it = false;
  bool start_timed_out = false;
  std::optional<ExitReason> killed_for;  // past the core: the reason that its end has, if that is our SIGKILL
  std::string info;                      // what its init has said for whoever starts it
  ExitReason last_reason;

  std::optional<Slot> slot() const { return place ? std::optional(place->slot) : std::nullopt; }
  Pid pid(Life of) const { return {place ? place->slot : 0, before_first + of}; }
};

}  // namespace ninelives::supervisor
