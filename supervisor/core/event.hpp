// What can happen to a supervisor. News of a process names the life that it is about; news of a life that is
// over, or of a child that does not exist, is dropped.
#pragma once
#include <string>
#include <variant>

#include <ninelives/spec/tree.hpp>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// Start all children, from left to right. Only the first one counts.
struct Boot {};

// ---- news of processes

// The process says that its start is complete.
struct Ready {
  ChildNumber child;
  Life life;
};

// A `Launch` came to nothing: there is no process, so there will be no `Exited`.
struct LaunchFailed {
  ChildNumber child;
  Life life;
};

// The process has ended and was reaped. Before its `Ready`, its start has failed, or was ignored.
struct Exited {
  ChildNumber child;
  Life life;
  Ending ending;
};

// ---- what the supervisor is told

// Stop all children in reverse start order, then finish.
struct StopAll {};

// Kill all children at once, then finish: the patience of whoever asked for the stop is at its end.
struct KillAll {};

// The next deadline may have passed.
struct Tick {};

// ---- what the supervisor is asked, each answered by one `Reply`; the functions are those of supervisor(3)

// One of several children: by its id, or by its process, which is how children of a dynamic supervisor are
// known. A stranger is a process that is no child; the answer to that depends on whether it is alive.
struct ProcessRef {
  ChildNumber child;
  Life life;
};
struct Stranger {
  bool is_alive;
};
using ChildName = std::variant<std::string, ProcessRef, Stranger>;

// supervisor:start_child. The spec has no faults. Under simple_one_for_one it is the template with the
// arguments added.
struct StartChild {
  RequestId request;
  ChildSpec spec;
};

// supervisor:terminate_child.
struct TerminateChild {
  RequestId request;
  ChildName child;
};

// supervisor:restart_child.
struct RestartChild {
  RequestId request;
  ChildName child;
};

// supervisor:delete_child.
struct DeleteChild {
  RequestId request;
  ChildName child;
};

// What code_change does to a supervisor: another spec for the running tree. The spec has no faults. Nothing
// is started or stopped by it.
struct ChangeSpec {
  RequestId request;
  SupervisorSpec spec;
};

using Event = std::variant<Boot, Ready, LaunchFailed, Exited, StopAll, KillAll, Tick, StartChild,
                           TerminateChild, RestartChild, DeleteChild, ChangeSpec>;

// One line for a trace: `ready 2/1` is child 2 in its first life.
std::string to_string(const Event& event);

}  // namespace ninelives::supervisor
