// Every decision of one supervisor, as a pure state machine: an event and the time go in, actions and the
// next deadline come out. It follows OTP's supervisor.erl and Elixir's DynamicSupervisor, except that it
// never blocks: a start or a stop under way is a state, and other events are taken meanwhile.
//
// - idle: Boot leads to booting.
// - booting: the children are started from left to right, the next one only when the former is Ready, has
//   ignored its start, or was terminated by request. If one of these starts fails, the supervisor stops,
//   without another attempt and without a charge to the intensity. When the last one is through, the
//   supervisor is running.
// - running: a child that ends is judged (child.hpp). A restart is charged to the intensity; within the limit
//   it takes place, beyond it the supervisor gives up and stops. A restart whose start fails is tried again,
//   and charged again, at the next Tick: events that wait already come first, as with the `try_again_restart`
//   that OTP sends to itself.
// - stopping: whatever awaits a restart is down at once. The others are stopped in reverse start order, each
//   fully awaited before the next one is asked; those of a dynamic supervisor all at once. KillAll takes them
//   all at once everywhere. Requests are not answered any more, and the reason of the stop stays the first.
// - finished: no process is left, and every event is dropped.
//
// What may not overlap is a Pass (pass.hpp), one at a time: the boot, the restart of a group, a start by
// request in a group, the end. What must wait for the pass that is under way takes its turn afterwards, first
// come first served, as OTP's messages do: the restart of another group, a start by request, auto_shutdown.
// Under one_for_one, and under dynamic supervisors, nothing has to wait but for the boot: each restart is its
// child's own. What needs no turn is done at once: terminate_child, delete_child, and whatever an answer is
// known of.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <variant>
#include <vector>

#include <ninelives/spec/tree.hpp>

#include "supervisor/core/action.hpp"
#include "supervisor/core/children.hpp"
#include "supervisor/core/deadlines.hpp"
#include "supervisor/core/event.hpp"
#include "supervisor/core/intensity.hpp"
#include "supervisor/core/pass.hpp"
#include "supervisor/core/types.hpp"
#include "supervisor/core/view.hpp"

namespace ninelives::supervisor {

enum class Phase { idle, booting, running, stopping, finished };

// Used by one thread. Time never goes back from one step to the next.
class Supervisor {
 public:
  // A spec in which check() finds a fault is a broken contract: the program ends with the fault's text. The
  // children that are there from the beginning have the numbers from 0. The seed is that of the backoffs'
  // jitter.
  explicit Supervisor(SupervisorSpec spec, std::uint32_t seed = 1);

  // Takes one event and returns what is to be done, in that order.
  [[nodiscard]] Actions step(TimePoint now, const Event& event);

  // When to send the next Tick. Nothing expires without one, so a deadline that has passed stays until then.
  std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }

  // Its flags, and the template if it is simple_one_for_one; the children are in child_spec().
  const SupervisorSpec& spec() const { return spec_; }
  Phase phase() const { return phase_; }
  bool finished() const { return phase_ == Phase::finished; }
  // All children have had their first start: what OTP's start_link waits for. True ever after.
  bool has_booted() const { return has_booted_; }

  // Finished may name this child, also when it has gone: its end is the end of all, or may be when its turn
  // comes.
  bool may_be_outcome(ChildNumber child) const;

  // ---- what supervisor(3) tells without changing anything

  std::vector<ChildView> which_children() const;  // the last started first
  Counts count_children() const;
  // Null: there is no such child.
  const ChildSpec* get_childspec(const ChildName& name) const;

  // ---- of a child that is there

  std::vector<ChildNumber> children() const;  // in start order
  bool has(ChildNumber child) const { return children_.find(child) != nullptr; }
  // Also of one that has gone in the last step.
  const ChildSpec& child_spec(ChildNumber child) const { return children_.spec(child); }
  ChildState state(ChildNumber child) const { return children_.find(child)->state(); }
  Life life(ChildNumber child) const { return children_.find(child)->life(); }

 private:
  // What waits for its turn.
  struct RestartTurn {
    ChildNumber child;
    Life life;  // the one that has ended
  };
  struct AutoShutdownTurn {
    ChildNumber child;
    Life life;
  };
  using Waiting = std::variant<RestartTurn, AutoShutdownTurn, Event>;

  // supervisor.cpp: news
  void on(const Boot&);
  void on(const Ready& event);
  void on(const LaunchFailed& event);
  void on(const Exited& event);
  void on(const StopAll&);
  void on(const KillAll&);
  void on(const Tick&);
  Child* with_process(ChildNumber number, Life life);
  void process_ended(Child& child, Ending ending);
  void start_ended(Child& child, Ending ending);
  void ended_by_itself(Child& child, Ending ending);
  void stop_ended(Child& child, Ending ending);
  void expire(Child& child);

  // requests.cpp: what supervisor(3) does on request
  void on(const StartChild& event);
  void on(const TerminateChild& event);
  void on(const RestartChild& event);
  void on(const DeleteChild& event);
  void on(const ChangeSpec& event);
  std::variant<Child*, Answer> resolve(const ChildName& name) const;
  std::variant<Child*, Answer> resolve_static(const ChildName& name) const;
  const ChildSpec* get_template(const ChildName& name) const;
  void admit(const StartChild& event);
  void start_by_request(Child& child, StartCause cause, RequestId request);
  bool must_wait() const { return pass_.has_value() || phase_ == Phase::idle; }
  void reply(RequestId request, Answer answer);
  void reply(RequestId request, Answer answer, const Child& child);
  void answer_start(Child& child, Answer answer);

  // restarts.cpp: single restarts, passes, turns
  void restart(Child& child);
  void begin_restart_pass(Child& leader);
  void join_pass(Child& child);
  void absorb_ends(const Child& leader);
  void advance_pass();
  void start_next();
  void finish_pass();
  void abandon_restart_pass();
  void pass_goes_on(const Child& child);
  void try_again(Child& child);
  void cancel_restart(Child& child);
  void take_turns();
  void take(const RestartTurn& turn);
  void take(const AutoShutdownTurn& turn);
  void take(const Event& event);
  bool is_active(const Child& child) const;

  // single transitions, with what belongs to them
  void start(Child& child, StartCause cause);
  void stop(Child& child);
  void go_down(Child& child);
  void go_down(Child& child, bool for_good, Answer answer = Answer::start_failed);
  void has_no_process(Child& child);
  void begin_to_stop(const Outcome& why);
  void report(Report::Kind kind, const Child& child);
  bool is_group() const;
  double random();

  SupervisorSpec spec_;
  Children children_;
  Intensity intensity_;
  // Of a starting child: when its start has failed; of a stopping one: when to kill it; of a restarting one:
  // when to start it, or to try again.
  Deadlines deadlines_;
  std::minstd_rand random_;
  Phase phase_ = Phase::idle;
  bool has_booted_ = false;
  std::optional<Pass> pass_;
  std::deque<Waiting> waiting_;
  Outcome outcome_;  // why it is stopping

  // The step that is under way.
  TimePoint now_{};
  Actions actions_;
};

}  // namespace ninelives::supervisor
