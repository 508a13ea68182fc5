// Every decision of one supervisor, as a pure state machine: an event and the time go in, actions and the
// next deadline come out. It follows OTP's supervisor.erl, except that it never blocks: a start or a stop
// under way is a state, and other events are taken meanwhile.
//
// - idle: Boot leads to booting.
// - booting: the children are started from left to right, the next one only when the former is Ready, or
//   was stopped by request before it was. If one of these starts fails, the supervisor stops, without
//   another attempt and without a charge to the intensity. When the last one is through, the supervisor is
//   running.
// - running: a child that ends is judged (child.hpp). A restart is charged to the intensity; within the
//   limit the child is launched in the same step, beyond it the supervisor gives up and stops. A restart
//   whose start fails is tried again, and charged again, at the next Tick: events that wait already come
//   first, as with the `try_again_restart` that OTP sends to itself. While booting, all of this holds for
//   the children that are up.
// - stopping: whatever awaits a retry is down at once. The others are stopped in reverse start order, each
//   fully awaited before the next one is asked, unless KillAll takes them all at once. A child that ends
//   by itself meanwhile is only noted. Requests about single children are dropped, and the reason of the
//   stop stays the first one.
// - finished: no process is left, and every event is dropped.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "supervisor/core/action.hpp"
#include "supervisor/core/child.hpp"
#include "supervisor/core/child_spec.hpp"
#include "supervisor/core/deadlines.hpp"
#include "supervisor/core/event.hpp"
#include "supervisor/core/intensity.hpp"
#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

enum class Phase { idle, booting, running, stopping, finished };

// Used by one thread. Time never goes back from one step to the next. Each step costs at most O(log n) for n
// children, except those that touch all of them: the first step of a stop, and KillAll.
class Supervisor {
 public:
  // A spec in which check() finds a fault is a broken contract: the program ends with the fault's text.
  explicit Supervisor(SupervisorSpec spec);

  // Takes one event and returns what is to be done, in that order.
  [[nodiscard]] Actions step(TimePoint now, const Event& event);

  // When to send the next Tick. Nothing expires without one, so a deadline that has passed stays until then.
  std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }

  const SupervisorSpec& spec() const { return spec_; }
  Phase phase() const { return phase_; }
  bool finished() const { return phase_ == Phase::finished; }
  // The index must be one of spec().children.
  ChildState state(ChildIndex child) const { return children_.at(child).state(); }
  Life life(ChildIndex child) const { return children_.at(child).life(); }

 private:
  void on(const Boot&);
  void on(const Ready& event);
  void on(const LaunchFailed& event);
  void on(const Exited& event);
  void on(const StopAll&);
  void on(const KillAll&);
  void on(const StopChild& event);
  void on(const StartChild& event);
  void on(const Tick&);

  Child* with_process(ChildIndex index, Life life);
  void process_ended(Child& child, Ending ending);

  void boot_next();
  bool boot_waits_for(const Child& child) const;
  void went_through_boot();

  void restart(Child& child);
  void await_retry(Child& child);
  void cancel_retry(Child& child);
  void stop(Child& child);
  void expire(Child& child);

  void begin_to_stop(const Outcome& why);
  void stop_next();

  SupervisorSpec spec_;
  std::vector<Child> children_;  // in start order
  Intensity intensity_;
  Deadlines deadlines_;  // of a stopping child: when to kill it; of a restarting one: when to try again
  Phase phase_ = Phase::idle;
  std::size_t booted_ = 0;         // so many children, from the left, went through the boot
  std::size_t still_to_stop_ = 0;  // so many children, from the left, may still have a process
  Outcome outcome_;                // why it is stopping

  // The step that is under way.
  TimePoint now_{};
  Actions actions_;
};

}  // namespace ninelives::supervisor
