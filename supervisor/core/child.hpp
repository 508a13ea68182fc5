// One child as a state machine. It knows the states of its process and what the end of that process calls
// for. Its siblings, the time and the intensity are its supervisor's.
//
// - stopped: there is no process, and none comes by itself. A start, by the boot, by request or by a restart
//   of its group, leads to starting.
// - starting: a process was asked for and is not Ready yet. Ready leads to running, a stop to stopping. When
//   the process says that there is nothing to do (ignored), the child is down. When the start fails, because
//   no process came to be, it exited first or it took longer than its start time-out, it depends on why
//   there was a start: by the boot, the child is down and the boot has failed; by restart_child, the child is
//   down; by start_child, it is gone; by a restart, it becomes restarting and is tried again.
// - running: its end is judged by restart type and ending (OTP's matrix). What calls for a restart leads to
//   restarting; otherwise the child is down. A stop leads to stopping.
// - stopping: it was asked to end, or killed. Its end is what was wanted, whatever the ending: the child
//   is down; or restarting, if it was stopped only to be started again with its group.
// - restarting: there is no process, and the supervisor is going to start one: now, after the delay of its
//   backoff, or when it is its turn in its group. That leads to starting. terminate_child, or a supervisor
//   that gives up, takes the child down.
// - gone: its spec is removed, and nothing leads out of here.
//
// "Down" is stopped, or gone if the child is temporary or its supervisor dynamic.
#pragma once
#include <chrono>
#include <optional>
#include <vector>

#include <ninelives/spec/tree.hpp>

#include "supervisor/core/action.hpp"
#include "supervisor/core/event.hpp"
#include "supervisor/core/restart_delay.hpp"
#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

// Why a child is started; it decides what a failure of that start means.
enum class StartCause { boot, restart, start_child, restart_child };

// What the pass that is under way (pass.hpp) is going to do with a child.
enum class Turn { none, stop, start, stop_and_start };

// What the end of a running process calls for.
enum class Verdict { down, restart };

class Child {
 public:
  Child(ChildNumber number, ChildSpec spec) : number_(number), delay_(spec.backoff), spec_(std::move(spec)) {}

  ChildNumber number() const { return number_; }
  const ChildSpec& spec() const { return spec_; }
  ChildState state() const { return state_; }
  Life life() const { return life_; }
  StartCause start_cause() const { return start_cause_; }

  // There is a process, or a launch whose answer is still to come.
  bool has_process() const;
  // The process of that life is what the child is known by: the present one, or, while it is being
  // restarted, the last one that ran.
  Life known_as() const { return state_ == ChildState::restarting ? last_running_ : life_; }
  // Its end, if it came now, would be no news: it is being stopped, or is about to be.
  bool is_to_end() const;
  // Its start is given up: whether it says Ready or not, it is killed already.
  bool start_was_given_up() const { return state_ == ChildState::starting && killed_; }

  // By restart type and ending, for a running child.
  Verdict judge(Ending ending) const;
  // OTP reports such an end of a running child: child_terminated.
  bool is_to_be_reported(Ending ending) const;
  // An end of a child that was to be stopped which OTP does not report as a shutdown_error.
  bool ended_in_order(Ending ending) const;

  // Each of these makes one transition and appends its actions. The supervisor calls them only in the states
  // from which the transition leads.

  // stopped or restarting -> starting, in the next life. Then the start time-out is running, if there is one.
  void start(StartCause cause, Actions& actions);
  // starting -> running.
  void become_running(TimePoint now, Actions& actions);
  // Any state -> restarting.
  void become_restarting(Actions& actions);
  // Any state -> stopped or gone.
  void go_down(bool for_good, Actions& actions);
  // starting or running -> stopping, in the way of its shutdown; what is killed already is only awaited. The
  // result is how long to wait before kill(), none when there is no need to kill it later.
  std::optional<std::chrono::nanoseconds> stop(Actions& actions);
  // starting, running or stopping -> stopping, by force; not twice in one life.
  void kill(Actions& actions);
  // Kills what is starting, whose start has failed by that: it stays starting until the process has ended.
  void give_up_start(Actions& actions);

  // The code_change of one child: what its process was started with stays as it is until the next start.
  void change(ChildSpec spec);

  std::chrono::nanoseconds next_delay(TimePoint now, double random) { return delay_.next(now, random); }

  Turn turn = Turn::none;
  // Charged to the intensity already, and waiting for its delay to pass.
  bool restart_is_charged = false;
  // Who is to be answered when its start has come to an end, and when its process has; and what was asked
  // meanwhile that only a child without a process can do.
  std::optional<RequestId> start_request = {};
  std::vector<RequestId> stop_requests = {};
  std::vector<Event> later = {};

 private:
  void become(ChildState state, Actions& actions);

  ChildNumber number_;
  RestartDelay delay_;
  ChildSpec spec_;
  ChildState state_ = ChildState::stopped;
  Life life_ = 0;
  Life last_running_ = 0;
  StartCause start_cause_ = StartCause::boot;
  bool killed_ = false;
};

}  // namespace ninelives::supervisor
