// What can happen to a supervisor. News of a process names the life that it is about; news of a life that is
// over, or of a child that does not exist, is dropped.
#pragma once
#include <string>
#include <variant>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// Start all children, from left to right. Only the first one counts.
struct Boot {
  friend bool operator==(const Boot&, const Boot&) = default;
};

// The process says that its start is complete.
struct Ready {
  ChildIndex child;
  Life life;
  friend bool operator==(const Ready&, const Ready&) = default;
};

// A `Launch` came to nothing: there is no process, so there will be no `Exited`.
struct LaunchFailed {
  ChildIndex child;
  Life life;
  friend bool operator==(const LaunchFailed&, const LaunchFailed&) = default;
};

// The process has ended and was reaped. Before its `Ready`, its start has failed.
struct Exited {
  ChildIndex child;
  Life life;
  Ending ending;
  friend bool operator==(const Exited&, const Exited&) = default;
};

// Stop all children in reverse start order, then finish.
struct StopAll {
  friend bool operator==(const StopAll&, const StopAll&) = default;
};

// Kill all children at once, then finish: the patience of whoever asked for the stop is at its end.
struct KillAll {
  friend bool operator==(const KillAll&, const KillAll&) = default;
};

// OTP's `terminate_child`; does nothing to a child that has no process and awaits none.
struct StopChild {
  ChildIndex child;
  friend bool operator==(const StopChild&, const StopChild&) = default;
};

// OTP's `restart_child`; does nothing to a child that is not `stopped`.
struct StartChild {
  ChildIndex child;
  friend bool operator==(const StartChild&, const StartChild&) = default;
};

// The next deadline may have passed.
struct Tick {
  friend bool operator==(const Tick&, const Tick&) = default;
};

using Event = std::variant<Boot, Ready, LaunchFailed, Exited, StopAll, KillAll, StopChild, StartChild, Tick>;

// One line for a trace: `ready 2/1` is child 2 in its first life.
std::string to_string(const Event& event);

}  // namespace ninelives::supervisor
