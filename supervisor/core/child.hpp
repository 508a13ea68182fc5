// One child as a state machine. It knows the states of its process and what the end of that process calls
// for. Its siblings, the time and the intensity are its supervisor's.
//
// - stopped: there is no process, and none comes by itself. A start, by the boot or by request, leads to
//   starting.
// - starting: a process was asked for and is not Ready yet. Ready leads to running, a stop to stopping.
//   When the start fails, because no process came to be or because it exited first, it depends on why
//   there was a start: by the boot, the child is down and the boot has failed; by request, the child is
//   down and that is all; by a restart, it becomes restarting and is tried again.
// - running: its end is judged by restart type and ending (OTP's matrix). A restart leads through
//   restarting to starting in one step; otherwise the child is down. A stop leads to stopping.
// - stopping: it was asked to end, or killed. Its end is what was wanted, whatever the ending: the child
//   is down. A Ready that was under way is too late.
// - restarting: there is no process; a restart has failed and the next attempt is due. The attempt leads
//   to starting. A stop, or a supervisor that gives up, takes the child down.
// - gone: a temporary child that has ended. Its spec is removed, and nothing leads out of here.
//
// "Down" is stopped, or gone if the child is temporary.
#pragma once
#include <chrono>
#include <optional>

#include "supervisor/core/action.hpp"
#include "supervisor/core/child_spec.hpp"
#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// Why a child is started; it decides what a failure of that start means.
enum class StartCause { boot, request, restart };

// What the end of a process, or of the attempt to start one, calls for.
enum class Verdict { down, restart, retry, boot_failed };

class Child {
 public:
  Child(ChildIndex index, const ChildSpec& spec)
      : index_(index), restart_(spec.restart), shutdown_(spec.shutdown) {}

  ChildIndex index() const { return index_; }
  ChildState state() const { return state_; }
  Life life() const { return life_; }

  // There is a process, or a launch whose answer is still to come.
  bool has_process() const;

  // What follows from the end of the process, or of its start. Only while has_process().
  Verdict judge(Ending ending) const;

  // Each of these makes one transition and appends its actions. The supervisor calls them only in the states
  // from which the transition leads.

  // stopped or restarting -> starting, in the next life.
  void start(StartCause cause, Actions& actions);
  // starting -> running.
  void become_running(Actions& actions);
  // starting or running -> restarting.
  void become_restarting(Actions& actions);
  // Any state -> down.
  void go_down(Actions& actions);
  // starting or running -> stopping, in the way of its shutdown. The result is how long to wait before
  // kill(), none when there is no need to kill it later.
  std::optional<std::chrono::nanoseconds> stop(Actions& actions);
  // starting, running or stopping -> stopping, by force; not twice in one life.
  void kill(Actions& actions);

 private:
  void become(ChildState state, Actions& actions);

  ChildIndex index_;
  Restart restart_;
  Shutdown shutdown_;
  ChildState state_ = ChildState::stopped;
  Life life_ = 0;
  StartCause start_cause_ = StartCause::boot;
  bool killed_ = false;
};

}  // namespace ninelives::supervisor
