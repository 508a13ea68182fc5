// Why a process ended, from what the kernel says, what we did to it, and what it said itself. Pure.
#pragma once
#include <optional>

#include <ninelives/ipc/exit_reason.hpp>

#include "supervisor/core/types.hpp"
#include "supervisor/os/exit_status.hpp"

namespace ninelives::supervisor {

struct LastMoments {
  ExitStatus status;
  std::optional<ExitReason> own_words = {};  // a worker's, of this very incarnation
  bool was_ready = false;
  int stop_signal = 0;  // that we asked it to stop with; 0: none
  bool we_killed_it = false;
  // The reason that it has if our SIGKILL was its end: somebody has asked for that, or it was stuck.
  std::optional<ExitReason> killed_for = {};
};

// The worker's own words count where its exit code agrees with them: what was killed after it had written
// them was killed. A process that ends before it was ready has failed to start, whatever the reason.
ExitReason conclude(const LastMoments& moments);

// What the core needs to know of it.
Ending ending_of(const ExitReason& reason);

}  // namespace ninelives::supervisor
