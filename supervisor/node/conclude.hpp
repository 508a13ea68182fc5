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
  bool killed_on_request = false;            // by somebody who has asked us for it
  std::optional<std::string> stuck_in = {};  // that is why we killed it: a callback, and for how long it ran
};

// The worker's own words count where its exit code agrees with them: what was killed after it had written
// them was killed. A process that ends before it was ready has failed to start, whatever the reason.
ExitReason conclude(const LastMoments& moments);

// What the core needs to know of it.
Ending ending_of(const ExitReason& reason);

}  // namespace ninelives::supervisor
