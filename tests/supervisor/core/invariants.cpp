#include "tests/supervisor/core/invariants.hpp"

#include <algorithm>
#include <ranges>
#include <utility>
#include <variant>

namespace ninelives::supervisor::test {

namespace {

using namespace std::chrono_literals;

void demand(bool holds, const char* what) {
  if (!holds) throw Violation(what);
}

bool may_follow(ChildState from, ChildState to) {
  using enum ChildState;
  switch (from) {
    case stopped:
      return to == starting || to == restarting || to == gone;
    case starting:
      return to != starting;
    case running:
      return to != starting && to != running;
    case stopping:
      return to == restarting || to == stopped || to == gone;
    case restarting:
      return to == starting || to == stopped || to == gone;
    case gone:
      return false;
  }
  return false;
}

bool calls_for_restart(Restart restart, Ending ending) {
  const bool is_clean_end =
      ending == Ending::normal || ending == Ending::shutdown || ending == Ending::shutdown_with_text;
  return restart == Restart::permanent || (restart == Restart::transient && !is_clean_end);
}

}  // namespace

Invariants::Invariants(const Supervisor& supervisor) : spec_(supervisor.spec()) {
  for (const ChildNumber child : supervisor.children()) {
    order_.push_back(child);
    children_.push_back({.spec = supervisor.child_spec(child)});
    if (children_.back().spec.backoff) counts_all_ = false;
  }
}

void Invariants::follow(const Step& step) {
  ++steps_;
  demand(!is_finished_ || step.actions.empty(), "an action comes after the end");
  learn(step);
  performed_ = 0;
  for (const Action& action : step.actions) {
    ++performed_;
    demand(!is_finished_, "an action comes after the end");
    demand(!next_launch_ || std::holds_alternative<Launch>(action), "a start is not followed by its launch");
    std::visit([&](const auto& what) { perform(step, what); }, action);
  }
  demand(!next_launch_, "a start is not followed by its launch");
  if (restarting_pass_ && !children_[*restarting_pass_].has_process) restarting_pass_.reset();
  if (restarting_pass_ && children_[*restarting_pass_].state == ChildState::running) restarting_pass_.reset();
  demand_same_view(step.after);
  demand_deadline(step);
  demand_progress(step.after);
  was_stopping_ = step.after.phase() == Phase::stopping;
}

// ---- events

void Invariants::learn(const Step& step) {
  ended_.reset();
  const Event& event = step.event;
  if (const auto* failed = std::get_if<LaunchFailed>(&event))
    learn_end(step, failed->child, Ending::abnormal);
  if (const auto* exited = std::get_if<Exited>(&event)) learn_end(step, exited->child, exited->ending);
  if (std::holds_alternative<Boot>(event) && step.after.phase() != Phase::idle) is_booting_ = true;
  const bool ends = std::holds_alternative<StopAll>(event) || std::holds_alternative<KillAll>(event);
  if (ends && !stopping_ && !was_stopping_) stopping_ = Stopped{};
  if (const auto* asked = std::get_if<StartChild>(&event)) learn_request(asked->request, event, nullptr);
  if (const auto* asked = std::get_if<TerminateChild>(&event))
    learn_request(asked->request, event, &asked->child);
  if (const auto* asked = std::get_if<RestartChild>(&event))
    learn_request(asked->request, event, &asked->child);
  if (const auto* asked = std::get_if<DeleteChild>(&event))
    learn_request(asked->request, event, &asked->child);
  if (const auto* asked = std::get_if<ChangeSpec>(&event)) learn_request(asked->request, event, nullptr);
}

void Invariants::learn_end(const Step& step, ChildNumber number, Ending ending) {
  if (!step.process) return;  // stale
  Child& child = children_.at(number);
  demand(child.has_process, "a process ends that was never launched");
  child.has_process = false;
  child.ended_in = steps_;
  child.ended_by_itself = !child.is_told;
  child.was_significant = child.spec.significant;
  ended_ = number;
  ending_ = ending;
  ended_before_ready_ = child.state == ChildState::starting;
  if (stopping_ || child.is_told) return;
  if (ended_before_ready_ ? child.is_restart && ending != Ending::ignored
                          : calls_for_restart(child.spec.restart, ending)) {
    ++causes_;
  }
}

void Invariants::learn_request(RequestId request, const Event& event, const ChildName* name) {
  Request asked{.number = request, .event = event};
  if (name != nullptr) {
    if (const Child* child = find(*name)) asked.target = static_cast<ChildNumber>(child - children_.data());
  }
  // Whoever cancels a restart leaves down what would have been started with it.
  if (std::holds_alternative<TerminateChild>(event) && asked.target &&
      find(*asked.target)->state == ChildState::restarting) {
    for (Child& child : children_) child.may_stay_down = child.may_stay_down || !child.has_process;
  }
  pending_.push_back(std::move(asked));
}

// ---- what the world is told

// By the first start_child for it that waits, or as the next new one of a changed spec. What the supervisor
// says of it may be a later change already.
const ChildSpec& Invariants::started_spec(const std::string& id) {
  for (Request& asked : pending_) {
    const auto* start = std::get_if<StartChild>(&asked.event);
    if (start == nullptr || asked.target || (!is_dynamic(spec_) && start->spec.id != id)) continue;
    asked.target = children_.size();
    return start->spec;
  }
  throw Violation("a child is started that nobody has asked for");
}

const ChildSpec& Invariants::added_spec() {
  for (const Request& asked : pending_) {
    const auto* change = std::get_if<ChangeSpec>(&asked.event);
    if (change == nullptr) continue;
    for (const ChildSpec& child : change->spec.children) {
      if (find(ChildName(child.id)) == nullptr) return child;
    }
  }
  throw Violation("a child comes that is in no changed spec");
}

void Invariants::perform(const Step& step, const Added& action) {
  demand(action.child == children_.size(), "a child has a number out of order");
  const bool is_started =
      performed_ < step.actions.size() && std::holds_alternative<Became>(step.actions[performed_]);
  const ChildSpec& spec = is_started ? started_spec(step.after.child_spec(action.child).id) : added_spec();
  children_.push_back({.spec = spec, .may_stay_down = true});
  if (children_.back().spec.backoff) counts_all_ = false;
  order_.push_back(action.child);
}

void Invariants::perform(const Step& step, const Became& action) {
  demand(is_present(action.child), "a child that is gone is heard of again");
  Child& child = *find(action.child);
  demand_transition(step, child, action);
  const ChildState former = child.state;
  child.state = action.state;
  switch (action.state) {
    case ChildState::starting:
      child.is_restart = former == ChildState::restarting;
      child.life = action.life;
      next_launch_ = action.child;
      return learn_start(step, child, action.child);
    case ChildState::running:
      child.limit.reset();
      child.last_ready = child.life;
      child.may_stay_down = false;
      return;
    case ChildState::stopping:
      child.limit.reset();
      child.is_told = true;
      return;
    case ChildState::restarting:
      child.limit.reset();
      child.was_in_group = is_group();
      return;
    case ChildState::stopped:
      return learn_down(child, action.child);
    case ChildState::gone:
      child.limit.reset();
      std::erase(order_, action.child);
      return;
  }
}

void Invariants::demand_transition(const Step& step, const Child& child, const Became& action) const {
  demand(may_follow(child.state, action.state), "a child makes a transition that does not exist");
  const Life next = action.state == ChildState::starting ? 1 : 0;
  demand(action.life == child.life + next, "a child is in another life than it should be");
  if (action.state == ChildState::running) {
    const auto* ready = std::get_if<Ready>(&step.event);
    demand(ready != nullptr && step.process && ready->child == action.child && ready->life == action.life,
           "a child runs that is not ready");
  } else if (action.state != ChildState::stopping) {
    demand(!child.has_process, "a child that has a process is said to have none");
  }
  if (action.state == ChildState::stopped) demand(!is_dynamic(spec_), "a dynamic child is down and not gone");
}

// A child that is down, and will not come up by itself, was terminated, had nothing to do, failed to start as
// somebody asked for it, or has ended well.
void Invariants::learn_down(Child& child, ChildNumber number) {
  child.limit.reset();
  if (is_to_be_terminated(number)) child.may_stay_down = true;
  if (ended_ != number) return;
  if (ended_before_ready_) {
    child.may_stay_down = ending_ == Ending::ignored || !child.is_restart;
  } else if (!calls_for_restart(child.spec.restart, ending_)) {
    child.may_stay_down = true;
  }
}

void Invariants::learn_start(const Step& step, Child& child, ChildNumber number) {
  demand(!stopping_, "a child is started while its supervisor stops");
  demand(step.after.phase() != Phase::idle, "a child is started before the boot");
  if (child.is_restart) {
    charge(step.now);
  } else if (is_booting_ && step.after.phase() == Phase::booting) {
    demand(!last_booted_ || number > *last_booted_, "the boot does not go from left to right");
    demand(!last_booted_ || children_[*last_booted_].state != ChildState::starting,
           "the boot does not wait until the former child is ready");
    last_booted_ = number;
  }
  if (is_group()) demand_start_order(child, number);
  if (child.is_restart && is_group()) {
    if (!restarting_pass_) ++passes_;
    restarting_pass_ = number;
  }
}

// Starts in a group come one after the other. By a restart: in start order, when whatever had to be stopped
// has ended, and under one_for_all all others have to be stopped.
void Invariants::demand_start_order(const Child& child, ChildNumber number) const {
  for (const ChildNumber other : order_) {
    if (other == number || has_changed_) continue;
    demand(children_[other].state != ChildState::starting, "two children of a group are started at once");
  }
  if (!child.is_restart || !child.was_in_group) return;
  const std::size_t place = position(number);
  for (std::size_t behind = place + 1; behind < order_.size(); ++behind) {
    demand(!children_[order_[behind]].has_process, "a group is started before it has ended");
  }
  if (spec_.strategy != Strategy::one_for_all || !child.ended_by_itself) return;
  for (std::size_t before = 0; before < place; ++before) {
    const Child& other = children_[order_[before]];
    demand(!other.has_process || other.launched_in >= child.ended_in, "a sibling has survived one_for_all");
  }
}

void Invariants::charge(TimePoint now) {
  std::erase_if(charged_, [&](TimePoint when) { return now - when > spec_.period; });
  charged_.push_back(now);
  if (counts_all_ && !is_group()) {
    demand(charged_.size() <= spec_.intensity, "there are more restarts than the intensity permits");
  }
  if (is_group() && !has_changed_ && spec_.period >= 1h) {
    demand(passes_ <= spec_.intensity, "there are more restarts of the group than the intensity permits");
  }
}

void Invariants::demand_too_many(TimePoint now) const {
  demand(causes_ > spec_.intensity, "a supervisor gives up that had less to restart than it may");
  if (!counts_all_ || is_group()) return;
  const auto recent =
      std::ranges::count_if(charged_, [&](TimePoint when) { return now - when <= spec_.period; });
  demand(static_cast<std::size_t>(recent) >= spec_.intensity,
         "a supervisor gives up although a restart is permitted");
}

// ---- what the world is to do

void Invariants::perform(const Step& step, const Launch& action) {
  demand(next_launch_ == action.child, "a launch was not announced");
  next_launch_.reset();
  Child& child = *find(action.child);
  demand(!child.has_process, "a child has two processes at once");
  demand(child.life == action.life, "a launch is of another life");
  child.has_process = true;
  child.is_told = child.is_asked = child.is_killed = false;
  child.launched_in = steps_;
  if (child.spec.start_timeout) child.limit = step.now + *child.spec.start_timeout;
}

void Invariants::perform(const Step& step, const AskToStop& action) {
  Child& child = *find(action.child);
  demand(child.has_process && child.life == action.life, "a process is asked that does not exist");
  demand(child.state == ChildState::stopping, "a stop was not announced");
  demand(!child.is_asked && !child.is_killed, "a process is asked twice, or after it was killed");
  const Shutdown shutdown = shutdown_of(child.spec);
  demand(shutdown.kind != Shutdown::Kind::brutal_kill, "a child is asked whose shutdown is brutal_kill");
  demand_stop_order(step, action.child);
  child.is_asked = true;
  if (shutdown.kind == Shutdown::Kind::timeout) child.limit = step.now + shutdown.timeout;
}

void Invariants::perform(const Step& step, const Kill& action) {
  Child& child = *find(action.child);
  demand(child.has_process && child.life == action.life, "a process is killed that does not exist");
  demand(!child.is_killed, "a process is killed twice");
  const bool is_too_late =
      child.limit && step.now >= *child.limit && std::holds_alternative<Tick>(step.event);
  if (!std::holds_alternative<KillAll>(step.event) && !is_too_late) {
    demand(child.state == ChildState::stopping && !child.is_asked, "a process is killed before its time");
    demand(shutdown_of(child.spec).kind == Shutdown::Kind::brutal_kill,
           "a process is killed without being asked");
    demand_stop_order(step, action.child);
  }
  child.is_killed = true;
  child.limit.reset();
}

// In reverse start order, each one awaited; unless somebody asks for this child, or children are no group.
void Invariants::demand_stop_order(const Step& step, ChildNumber number) const {
  if (is_to_be_terminated(number)) return;
  demand(is_group() || step.after.phase() == Phase::stopping || step.after.phase() == Phase::finished,
         "a child is stopped for no reason");
  if (is_dynamic(spec_)) return;
  for (std::size_t behind = position(number) + 1; behind < order_.size(); ++behind) {
    demand(!children_[order_[behind]].has_process,
           "a stop does not await the children that were started later");
  }
}

void Invariants::perform(const Step& step, const Report& action) {
  if (action.kind == Report::Kind::shutdown) {
    demand_too_many(step.now);
    if (!stopping_) stopping_ = GaveUp{action.child};
  }
  if (action.kind == Report::Kind::start_error && !find(action.child)->is_restart) {
    if (!stopping_) stopping_ = FailedToStart{action.child};
  }
  if (action.kind == Report::Kind::progress) {
    demand(find(action.child)->state == ChildState::running,
           "a child is said to have started that does not run");
  }
  if (action.kind == Report::Kind::child_terminated || action.kind == Report::Kind::shutdown_error) {
    demand(ended_ == action.child, "an end is reported that was none");
  }
}

void Invariants::perform(const Step&, const Finished& action) {
  is_finished_ = true;
  demand(!any_process(), "a supervisor has finished and leaves a process");
  if (stopping_)
    demand(to_string(*stopping_) == to_string(action.outcome), "a supervisor ends for another reason");
  if (const auto* by = std::get_if<AutoShutdownBy>(&action.outcome)) {
    demand(find(by->child)->was_significant, "a supervisor ends because of a child that is not significant");
  }
}

// ---- answers

void Invariants::perform(const Step&, const Reply& action) {
  const auto found = std::ranges::find(pending_, action.request, &Request::number);
  demand(found != pending_.end(), "an answer comes twice, or to nobody");
  const Request asked = std::move(*found);
  std::visit([&](const auto& request) { answers(asked, request, action); }, asked.event);
  pending_.erase(found);
}

void Invariants::answers(const Request&, const StartChild& request, const Reply& reply) {
  const bool has_ids = !is_dynamic(spec_);
  const Child* present = has_ids ? find(ChildName(request.spec.id)) : nullptr;
  switch (reply.answer) {
    case Answer::started:
      demand(find(reply.child)->state == ChildState::running && find(reply.child)->life == reply.life,
             "a child is said to have been started that does not run");
      return;
    case Answer::ignored:
      demand(ended_ == reply.child && ending_ == Ending::ignored,
             "a start is said to be ignored that was not");
      return;
    case Answer::start_failed:
      demand(!find(reply.child)->has_process, "a start is said to have failed, and there is a process");
      return;
    case Answer::already_started:
      demand(present != nullptr && present == find(reply.child) && present->has_process &&
                 present->life == reply.life,
             "already_started is said of what is not");
      return;
    case Answer::already_present:
      demand(present != nullptr && !present->has_process, "already_present is said of what is not");
      return;
    case Answer::max_children:
      demand(spec_.max_children && order_.size() >= *spec_.max_children, "there is room for a child");
      return;
    default:
      throw Violation("start_child has an answer that does not fit");
  }
}

void Invariants::answers(const Request& asked, const TerminateChild& request, const Reply& reply) {
  const bool is_simple = spec_.strategy == Strategy::simple_one_for_one;
  switch (reply.answer) {
    case Answer::ok: {
      const bool is_dead = is_simple && !std::holds_alternative<std::string>(request.child);
      demand(asked.target || is_dead, "ok is said of a child that never was");
      if (!asked.target) return;
      demand(!children_[*asked.target].has_process, "a child was terminated and has a process");
      children_[*asked.target].may_stay_down = true;
      return;
    }
    case Answer::not_found:
      demand(!asked.target, "a child is not found that is there");
      return;
    case Answer::simple_one_for_one:
      demand(is_simple && std::holds_alternative<std::string>(request.child), "that is no simple supervisor");
      return;
    default:
      throw Violation("terminate_child has an answer that does not fit");
  }
}

void Invariants::answers(const Request&, const RestartChild& request, const Reply& reply) {
  const Child* child = is_dynamic(spec_) ? nullptr : find(request.child);
  switch (reply.answer) {
    case Answer::started:
      return demand(
          child == find(reply.child) && child->state == ChildState::running && child->life == reply.life,
          "a child is said to have been started that does not run");
    case Answer::running:
      return demand(child != nullptr && child->has_process, "a child is said to run that does not");
    case Answer::restarting:
    case Answer::ignored:
      return demand(child != nullptr && !child->has_process, "a child is said to be down that is not");
    case Answer::start_failed:  // it may be gone: terminated meanwhile
      return demand(!find(reply.child)->has_process,
                    "a start is said to have failed, and there is a process");
    case Answer::not_found:
      return demand(child == nullptr, "a child is not found that is there");
    case Answer::simple_one_for_one:
      return demand(spec_.strategy == Strategy::simple_one_for_one, "that is no simple supervisor");
    default:
      throw Violation("restart_child has an answer that does not fit");
  }
}

void Invariants::answers(const Request&, const DeleteChild& request, const Reply& reply) {
  const Child* child = is_dynamic(spec_) ? nullptr : find(request.child);
  switch (reply.answer) {
    case Answer::ok:
    case Answer::not_found:
      return demand(child == nullptr, "a child is said to be gone that is there");
    case Answer::simple_one_for_one:
      return demand(spec_.strategy == Strategy::simple_one_for_one, "that is no simple supervisor");
    case Answer::running:
      return demand(child != nullptr && child->has_process, "a child is said to run that does not");
    case Answer::restarting:
      return demand(child != nullptr && !child->has_process, "a child is said to be restarted that runs");
    default:
      throw Violation("delete_child has an answer that does not fit");
  }
}

void Invariants::answers(const Request&, const ChangeSpec& request, const Reply& reply) {
  if (reply.answer == Answer::not_changed) return;
  demand(reply.answer == Answer::ok, "a change has an answer that does not fit");
  learn_change(request.spec);
}

// Known children get the new order and the new spec, and the others come last. What waited for its group's
// restart to be tried again may have lost it.
void Invariants::learn_change(const SupervisorSpec& spec) {
  has_changed_ = true;
  for (Child& child : children_)
    child.was_in_group = false;         // a delayed restart is that of the former strategy
  if (is_group()) counts_all_ = false;  // what was charged is not seen action by action
  if (spec.strategy == Strategy::simple_one_for_one) {
    for (const ChildNumber child : order_) children_[child].spec = spec.children.front();
    if (spec.children.front().backoff) counts_all_ = false;
  }
  if (!is_dynamic(spec_)) {
    std::vector<ChildNumber> order;
    for (const ChildSpec& child : spec.children) {
      Child* known = find(ChildName(child.id));
      demand(known != nullptr, "a changed spec has a child that was not added");
      known->spec = child;
      order.push_back(static_cast<ChildNumber>(known - children_.data()));
      if (child.backoff) counts_all_ = false;
    }
    for (const ChildNumber other : order_) {
      if (std::ranges::find(order, other) == order.end()) order.push_back(other);
    }
    order_ = std::move(order);
    for (Child& child : children_) child.may_stay_down = child.may_stay_down || !child.has_process;
  }
  spec_ = spec;
}

// ---- after each step

void Invariants::demand_same_view(const Supervisor& after) const {
  demand(after.finished() == is_finished_, "finished() and Finished differ");
  demand(after.children() == order_, "the children are not those that the world was told of");
  for (const ChildNumber number : order_) {
    demand(after.state(number) == children_[number].state, "a state is not what the world was told");
    demand(after.life(number) == children_[number].life, "a life is not what the world was told");
  }
}

// Each start and each stop has the deadline that it should have; others are those of restarts.
void Invariants::demand_deadline(const Step& step) const {
  const auto deadline = step.after.next_deadline();
  std::optional<TimePoint> first;
  bool any_restarts = false;
  for (const ChildNumber number : order_) {
    const Child& child = children_[number];
    any_restarts = any_restarts || child.state == ChildState::restarting;
    if (child.limit && (!first || *child.limit < *first)) first = child.limit;
  }
  demand(!first || (deadline && *deadline <= *first), "a start or a stop has no deadline");
  if (deadline && deadline != first) demand(any_restarts, "there is a deadline for nobody");
  if (deadline && std::holds_alternative<Tick>(step.event)) {
    demand(*deadline >= step.now, "a tick leaves a deadline that has passed");
  }
}

void Invariants::demand_progress(const Supervisor& after) const {
  if (after.phase() == Phase::stopping) demand(any_process(), "a supervisor that stops waits for nobody");
  if (after.phase() == Phase::booting) demand(any_process(), "a boot waits for nobody");
}

void Invariants::rests(const Supervisor& supervisor) const {
  if (is_finished_) return;
  demand(supervisor.phase() == Phase::running, "a supervisor neither runs nor has it ended");
  demand(!supervisor.next_deadline(), "there is a deadline, and nobody waits for it");
  demand(pending_.empty(), "a request is never answered");
  for (const ChildNumber number : order_) {
    const Child& child = children_[number];
    demand(child.state == ChildState::running || child.state == ChildState::stopped,
           "a child waits for nobody, for ever");
    const bool is_missing = child.state == ChildState::stopped && child.spec.restart == Restart::permanent;
    demand(!is_missing || child.may_stay_down, "a permanent child is down for no reason");
  }
}

// ---- children

Invariants::Child* Invariants::find(ChildNumber number) {
  return number < children_.size() ? &children_[number] : nullptr;
}

Invariants::Child* Invariants::find(const ChildName& name) {
  for (const ChildNumber number : order_) {
    Child& child = children_[number];
    if (const auto* id = std::get_if<std::string>(&name)) {
      if (!is_dynamic(spec_) && child.spec.id == *id) return &child;
    } else if (const auto* process = std::get_if<ProcessRef>(&name)) {
      const Life known = child.state == ChildState::restarting ? child.last_ready : child.life;
      const bool is_known = process->life == known;
      if (is_dynamic(spec_) && number == process->child && is_known) return &child;
    }
  }
  return nullptr;
}

std::size_t Invariants::position(ChildNumber number) const {
  return static_cast<std::size_t>(std::ranges::find(order_, number) - order_.begin());
}

bool Invariants::is_group() const {
  return spec_.strategy == Strategy::rest_for_one || spec_.strategy == Strategy::one_for_all;
}

bool Invariants::is_to_be_terminated(ChildNumber number) const {
  return std::ranges::any_of(pending_, [&](const Request& asked) {
    return asked.target == number && std::holds_alternative<TerminateChild>(asked.event);
  });
}

bool Invariants::any_process() const { return std::ranges::any_of(children_, &Child::has_process); }

}  // namespace ninelives::supervisor::test
