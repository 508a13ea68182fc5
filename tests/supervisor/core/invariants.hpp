// What must hold of every supervisor, whatever happens to it. It follows a supervisor step by step and learns
// only from the events and the actions; it shares no decision with the code that it judges.
#pragma once
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/supervisor/core/host.hpp"

namespace ninelives::supervisor::test {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Invariants {
 public:
  explicit Invariants(const Supervisor& supervisor);

  // Throws a Violation, as the others do.
  void follow(const Step& step);
  // Nothing is going to happen any more, and nobody has told it to stop.
  void rests(const Supervisor& supervisor) const;

 private:
  struct Child {
    ChildSpec spec;
    ChildState state = ChildState::stopped;
    Life life = 0;
    Life last_ready = 0;
    bool has_process = false;  // launched, and no end of it was heard of yet
    bool is_told = false;      // this life is to end
    bool is_asked = false;
    bool is_killed = false;
    bool is_restart = false;              // this life is
    bool ended_by_itself = false;         // the last life
    bool was_significant = false;         // when that ended
    bool was_in_group = false;            // when it became restarting
    std::size_t launched_in = 0;          // the number of that step
    std::size_t ended_in = 0;             // likewise, of its last life
    std::optional<TimePoint> limit = {};  // of its start, or of its stop
    bool may_stay_down = false;           // there is a reason
  };
  struct Request {
    RequestId number;
    Event event;
    std::optional<ChildNumber> target = {};  // when it was asked; of start_child, what was added
  };

  void learn(const Step& step);
  void learn_end(const Step& step, ChildNumber number, Ending ending);
  void learn_request(RequestId request, const Event& event, const ChildName* name);

  const ChildSpec& started_spec(const std::string& id);
  const ChildSpec& added_spec();
  void perform(const Step& step, const Added& action);
  void perform(const Step& step, const Became& action);
  void perform(const Step& step, const Launch& action);
  void perform(const Step& step, const AskToStop& action);
  void perform(const Step& step, const Kill& action);
  void perform(const Step& step, const Report& action);
  void perform(const Step& step, const Reply& action);
  void perform(const Step& step, const Finished& action);

  void demand_transition(const Step& step, const Child& child, const Became& action) const;
  void learn_start(const Step& step, Child& child, ChildNumber number);
  void learn_down(Child& child, ChildNumber number);
  void demand_start_order(const Child& child, ChildNumber number) const;
  void demand_stop_order(const Step& step, ChildNumber number) const;
  void charge(TimePoint now);
  void demand_too_many(TimePoint now) const;

  void answers(const Request& asked, const StartChild& request, const Reply& reply);
  void answers(const Request& asked, const TerminateChild& request, const Reply& reply);
  void answers(const Request& asked, const RestartChild& request, const Reply& reply);
  void answers(const Request& asked, const DeleteChild& request, const Reply& reply);
  void answers(const Request& asked, const ChangeSpec& request, const Reply& reply);
  template <class Other>
  void answers(const Request&, const Other&, const Reply&) {}
  void learn_change(const SupervisorSpec& spec);

  void demand_same_view(const Supervisor& after) const;
  void demand_deadline(const Step& step) const;
  void demand_progress(const Supervisor& after) const;

  Child* find(const ChildName& name);
  Child* find(ChildNumber number);
  bool is_present(ChildNumber number) const { return position(number) != order_.size(); }
  std::size_t position(ChildNumber number) const;
  bool is_group() const;
  bool is_to_be_terminated(ChildNumber number) const;
  bool any_process() const;

  SupervisorSpec spec_;             // its flags
  std::vector<Child> children_;     // by number, the gone ones too
  std::vector<ChildNumber> order_;  // those that are there, in start order
  std::vector<Request> pending_;    // in the order in which they came
  std::size_t steps_ = 0;

  bool is_booting_ = false;
  std::optional<ChildNumber> last_booted_ = {};
  bool was_stopping_ = false;             // before this step
  std::optional<Outcome> stopping_ = {};  // why it stops
  bool is_finished_ = false;

  // ---- restarts

  bool counts_all_ = true;  // each start by a restart is a charge of that moment
  std::vector<TimePoint> charged_;
  std::size_t causes_ = 0;  // ends that called for a restart
  std::size_t passes_ = 0;
  std::optional<ChildNumber> restarting_pass_ = {};  // the child that the restart of a group is waiting for
  bool has_changed_ = false;

  // ---- the step that is followed

  std::optional<ChildNumber> ended_ = {};
  Ending ending_{};
  bool ended_before_ready_ = false;
  std::optional<ChildNumber> next_launch_ = {};
  std::size_t performed_ = 0;  // actions
};

}  // namespace ninelives::supervisor::test
