// What a supervisor decides is to be done. Actions are performed in the order in which they are given.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// A child spec has come: make room for it. Those of the supervisor's own spec are there from the beginning.
struct Added {
  ChildNumber child;
};

// Tell the world where the child stands now. It comes before the actions that make it true, so that nobody
// meets a process of which the process table knows nothing. After `gone`, only Finished may still name it:
// may_be_outcome().
struct Became {
  ChildNumber child;
  Life life;
  ChildState state;
};

// Make a process of this child. The answer is `Ready`, `LaunchFailed` or `Exited`.
struct Launch {
  ChildNumber child;
  Life life;
};

// Ask the process to end. The answer is `Exited`.
struct AskToStop {
  ChildNumber child;
  Life life;
};

// End the process by force. The answer is `Exited`. It comes at most once in each life.
struct Kill {
  ChildNumber child;
  Life life;
};

// A report of OTP's supervisor about this life: see "SUPERVISOR REPORT" and "PROGRESS REPORT" in sasl(6).
struct Report {
  enum class Kind {
    progress,          // it has started
    child_terminated,  // it ended by itself, and should not have
    start_error,       // it could not be started, at boot or by a restart
    shutdown_error,    // it was to be stopped, and ended in another way
    shutdown,          // its restart would have been one too many: reached_max_restart_intensity
  };
  Kind kind;
  ChildNumber child;
  Life life;
};

// What supervisor(3)'s functions return; `child` and `life` where it says so.
enum class Answer {
  ok,
  started,             // {ok, Child}: child, life
  ignored,             // {ok, undefined}
  already_started,     // {error, {already_started, Child}}: child, life
  already_present,     // {error, already_present}
  not_found,           // {error, not_found}
  running,             // {error, running}
  restarting,          // {error, restarting}
  start_failed,        // {error, Reason}, Reason being that of the life: child, life
  max_children,        // Elixir's {:error, :max_children}
  simple_one_for_one,  // {error, simple_one_for_one}
  not_changed,         // the new spec is of another kind of supervisor
};
struct Reply {
  RequestId request;
  Answer answer;
  ChildNumber child = 0;
  Life life = 0;
};

// It was told to stop.
struct Stopped {};

// This child's restart would have been one too many.
struct GaveUp {
  ChildNumber child;
};

// The start of this child failed at boot. OTP's `failed_to_start_child`.
struct FailedToStart {
  ChildNumber child;
};

// The end of this significant child was the end of all: auto_shutdown.
struct AutoShutdownBy {
  ChildNumber child;
};

using Outcome = std::variant<Stopped, GaveUp, FailedToStart, AutoShutdownBy>;

// No process is left and no action will follow.
struct Finished {
  Outcome outcome;
};

using Action = std::variant<Added, Became, Launch, AskToStop, Kill, Report, Reply, Finished>;
using Actions = std::vector<Action>;

// One line for a trace: `launch 2/1` is child 2 in its first life.
std::string to_string(const Action& action);
std::string to_string(const Outcome& outcome);
std::string_view to_string(Report::Kind kind);
std::string_view to_string(Answer answer);

}  // namespace ninelives::supervisor
