#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <stdexcept>
#include <vector>

#include "supervisor/core/action.hpp"
#include "supervisor/core/child_spec.hpp"
#include "supervisor/core/event.hpp"
#include "supervisor/core/supervisor.hpp"

namespace ninelives::supervisor::test {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What must hold of every supervisor, whatever happens to it. It follows a run step by step and learns only
// from the events and the actions: it shares no decision with the code that it judges.
class Invariants {
 public:
  explicit Invariants(const SupervisorSpec& spec) : spec_(spec), children_(spec.children.size()) {}

  // Throws a Violation. `after` is the supervisor as the step left it.
  void follow(TimePoint now, const Event& event, const Actions& actions, const Supervisor& after);

 private:
  struct Child {
    ChildState state = ChildState::stopped;
    Life life = 0;
    bool has_process = false;  // launched, and no end of it was reported yet
    bool was_ready = false;    // in any of its lives
    bool may_retry = false;    // its last start was a restart
    std::optional<TimePoint> asked_at;
    std::optional<TimePoint> killed_at;
    std::optional<TimePoint> retry_since;
  };

  void learn(const Event& event);
  void learn_end(ChildIndex child, Life life, Ending ending);

  void perform(const Became& action);
  void demand_possible(const Became& action, const Child& child) const;
  void learn_start(ChildIndex child);
  void learn_restarting(Child& child);
  void learn_stopped(ChildIndex child);
  void perform(const Launch& action);
  void perform(const AskToStop& action);
  void perform(const Kill& action);
  void perform(const Finished& action);

  void demand_boot_order(ChildIndex launched) const;
  void demand_stop_order(ChildIndex stopped) const;
  void demand_restarted(const Supervisor& after) const;
  void demand_same_view(const Supervisor& after) const;
  void demand_deadline(const Supervisor& after) const;
  void demand_progress() const;

  Child& process(ChildIndex child, Life life);
  bool any_process() const;
  bool wants_restart(ChildIndex child) const;
  std::size_t recent_restarts() const;
  std::optional<TimePoint> due(ChildIndex child) const;

  SupervisorSpec spec_;
  std::vector<Child> children_;
  std::deque<TimePoint> restarts_;
  std::size_t booted_ = 0;  // so many children had their first launch
  bool is_booting_ = false;
  std::optional<Outcome> stopping_;  // why it stops
  bool is_finished_ = false;

  // The step that is being followed.
  TimePoint now_{};
  const Event* event_ = nullptr;
  std::optional<ChildIndex> crashed_;  // and is to be restarted
};

}  // namespace ninelives::supervisor::test
