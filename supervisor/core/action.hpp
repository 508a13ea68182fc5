// What a supervisor decides is to be done. Actions are performed in the order in which they are given.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// Tell the world where the child stands now. It comes before the actions that make it true, so that nobody
// meets a process of which the process table knows nothing.
struct Became {
  ChildIndex child;
  Life life;
  ChildState state;
  friend bool operator==(const Became&, const Became&) = default;
};

// Make a process of this child. The answer is `Ready`, `LaunchFailed` or `Exited`.
struct Launch {
  ChildIndex child;
  Life life;
  friend bool operator==(const Launch&, const Launch&) = default;
};

// Ask the process to end. The answer is `Exited`.
struct AskToStop {
  ChildIndex child;
  Life life;
  friend bool operator==(const AskToStop&, const AskToStop&) = default;
};

// End the process by force. The answer is `Exited`. It comes at most once in each life.
struct Kill {
  ChildIndex child;
  Life life;
  friend bool operator==(const Kill&, const Kill&) = default;
};

// It was told to stop.
struct Stopped {
  friend bool operator==(const Stopped&, const Stopped&) = default;
};

// This child's restart would have been one too many. OTP's `reached_max_restart_intensity`.
struct GaveUp {
  ChildIndex child;
  friend bool operator==(const GaveUp&, const GaveUp&) = default;
};

// The start of this child failed at boot. OTP's `failed_to_start_child`.
struct FailedToStart {
  ChildIndex child;
  friend bool operator==(const FailedToStart&, const FailedToStart&) = default;
};

using Outcome = std::variant<Stopped, GaveUp, FailedToStart>;

// No process is left and no action will follow.
struct Finished {
  Outcome outcome;
  friend bool operator==(const Finished&, const Finished&) = default;
};

using Action = std::variant<Became, Launch, AskToStop, Kill, Finished>;
using Actions = std::vector<Action>;

// One line for a trace: `launch 2/1` is child 2 in its first life.
std::string to_string(const Action& action);
std::string to_string(const Outcome& outcome);

}  // namespace ninelives::supervisor
