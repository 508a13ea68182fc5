#pragma once
#include <deque>
#include <optional>
#include <vector>

#include "supervisor/core/child.hpp"
#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// What OTP's supervisor does without looking at anything else: it stops some children, one after the other,
// and then starts some, one after the other. Here it is what is under way while other news is taken.
struct Pass {
  enum class Kind {
    boot,     // start all
    restart,  // of a group: stop, wait for the delay, start
    request,  // start one child of a group by start_child or restart_child
    end,      // stop all, and finish
  };

  Kind kind;
  StartCause cause;                            // of the starts
  std::vector<ChildNumber> to_stop = {};       // the next one is the last
  std::deque<ChildNumber> to_start = {};       // the next one is the first
  std::optional<ChildNumber> starting = {};    // started, and not ready yet
  std::optional<ChildNumber> delayed_by = {};  // the starts wait for the delay of this child's restart
};

}  // namespace ninelives::supervisor
