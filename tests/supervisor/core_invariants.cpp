#include "tests/supervisor/core_invariants.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace ninelives::supervisor::test {

namespace {

void demand(bool holds, const char* what) {
  if (!holds) throw Violation(what);
}

bool may_follow(ChildState from, ChildState to) {
  using enum ChildState;
  switch (from) {
    case stopped:
      return to == starting;
    case starting:
      return to == running || to == stopping || to == restarting || to == stopped || to == gone;
    case running:
      return to == stopping || to == restarting || to == stopped || to == gone;
    case stopping:
      return to == stopped || to == gone;
    case restarting:
      return to == starting || to == stopped;
    case gone:
      return false;
  }
  return false;
}

bool is_restarted(Restart restart, Ending ending) {
  if (restart == Restart::temporary) return false;
  return restart == Restart::permanent || ending == Ending::abnormal;
}

}  // namespace

void Invariants::follow(TimePoint now, const Event& event, const Actions& actions, const Supervisor& after) {
  now_ = now;
  event_ = &event;
  crashed_.reset();
  demand(!is_finished_ || actions.empty(), "an action comes after Finished");
  learn(event);
  for (const Action& action : actions) {
    demand(!is_finished_, "an action comes after Finished");
    std::visit([this](const auto& what) { perform(what); }, action);
  }
  demand_restarted(after);
  demand_same_view(after);
  demand_deadline(after);
  demand_progress();
}

void Invariants::learn(const Event& event) {
  if (is_finished_) return;
  if (const auto* failed = std::get_if<LaunchFailed>(&event)) {
    learn_end(failed->child, failed->life, Ending::abnormal);
  } else if (const auto* exited = std::get_if<Exited>(&event)) {
    learn_end(exited->child, exited->life, exited->ending);
  } else if (std::holds_alternative<Boot>(event)) {
    is_booting_ = true;
  } else if (std::holds_alternative<StopAll>(event) || std::holds_alternative<KillAll>(event)) {
    if (!stopping_) stopping_ = Stopped{};
  }
}

void Invariants::learn_end(ChildIndex child, Life life, Ending ending) {
  if (child >= children_.size()) return;
  Child& ended = children_[child];
  if (!ended.has_process || ended.life != life) return;
  ended.has_process = false;
  if (stopping_) return;
  // Every later start is a restart or was requested.
  if (ended.state == ChildState::starting && life == 1) stopping_ = FailedToStart{child};
  if (ended.state == ChildState::running && is_restarted(spec_.children[child].restart, ending)) {
    crashed_ = child;
  }
}

void Invariants::perform(const Became& action) {
  Child& child = children_.at(action.child);
  demand_possible(action, child);
  switch (action.state) {
    case ChildState::starting:
      learn_start(action.child);
      break;
    case ChildState::running:
      child.was_ready = true;
      break;
    case ChildState::restarting:
      learn_restarting(child);
      break;
    case ChildState::stopped:
      learn_stopped(action.child);
      break;
    case ChildState::stopping:
    case ChildState::gone:
      break;
  }
  if (action.state != ChildState::restarting) child.retry_since.reset();
  child.state = action.state;
  child.life = action.life;
}

void Invariants::demand_possible(const Became& action, const Child& child) const {
  demand(may_follow(child.state, action.state), "a child makes a transition that does not exist");
  const Life next = action.state == ChildState::starting ? 1 : 0;
  demand(action.life == child.life + next, "a child is in another life than it should be");
  if (action.state == ChildState::running) {
    const auto* ready = std::get_if<Ready>(event_);
    demand(ready != nullptr && *ready == Ready{action.child, action.life}, "a child runs that is not ready");
  } else if (action.state != ChildState::stopping) {
    demand(!child.has_process, "a child that has a process is said to have none");
  }
  const bool is_temporary = spec_.children[action.child].restart == Restart::temporary;
  demand(action.state != ChildState::gone || is_temporary, "a child is gone that is not temporary");
  demand(action.state != ChildState::stopped || !is_temporary, "a temporary child has ended and is not gone");
}

void Invariants::learn_start(ChildIndex index) {
  Child& child = children_[index];
  child.may_retry = child.state == ChildState::restarting;
  if (child.may_retry) {
    demand(!child.retry_since || std::holds_alternative<Tick>(*event_), "a retry does not wait for a tick");
    restarts_.push_back(now_);
    demand(recent_restarts() <= spec_.intensity, "there are more restarts than the intensity permits");
  } else if (child.life > 0) {
    const auto* request = std::get_if<StartChild>(event_);
    demand(request != nullptr && request->child == index, "a stopped child is started without a request");
  }
}

void Invariants::learn_restarting(Child& child) {
  if (child.state == ChildState::running) return;  // and is launched again in this step
  demand(child.may_retry, "a start that was no restart is tried again");
  child.retry_since = now_;
}

// A child that should be restarted and is down instead is how a supervisor gives up.
void Invariants::learn_stopped(ChildIndex index) {
  if (stopping_ || !wants_restart(index)) return;
  demand(recent_restarts() + 1 > spec_.intensity, "a supervisor gives up although a restart is permitted");
  stopping_ = GaveUp{index};
}

void Invariants::perform(const Launch& action) {
  Child& child = children_.at(action.child);
  demand(!child.has_process, "a child has two processes at once");
  demand(child.state == ChildState::starting && child.life == action.life, "a launch was not announced");
  demand(!stopping_, "a child is launched while the supervisor stops");
  if (action.life == 1) {
    demand_boot_order(action.child);
    ++booted_;
  }
  child.has_process = true;
  child.asked_at.reset();
  child.killed_at.reset();
}

void Invariants::demand_boot_order(ChildIndex launched) const {
  demand(is_booting_, "a child is launched before the boot");
  demand(launched == booted_, "the boot does not start the children from left to right");
  if (launched == 0) return;
  const Child& former = children_[launched - 1];
  demand(former.was_ready || !former.has_process, "the boot does not wait until the former child is ready");
}

void Invariants::perform(const AskToStop& action) {
  Child& child = process(action.child, action.life);
  demand(child.state == ChildState::stopping, "a stop was not announced");
  demand(spec_.children[action.child].shutdown.kind != Shutdown::Kind::brutal_kill,
         "a child is asked whose shutdown is brutal_kill");
  demand(!child.asked_at && !child.killed_at, "a child is asked twice, or after it was killed");
  demand_stop_order(action.child);
  child.asked_at = now_;
}

void Invariants::perform(const Kill& action) {
  Child& child = process(action.child, action.life);
  demand(child.state == ChildState::stopping, "a kill was not announced");
  demand(!child.killed_at, "a process is killed twice");
  if (!std::holds_alternative<KillAll>(*event_)) {
    const Shutdown& shutdown = spec_.children[action.child].shutdown;
    demand(shutdown.kind != Shutdown::Kind::infinity, "a child is killed whose shutdown is infinity");
    if (shutdown.kind == Shutdown::Kind::timeout) {
      demand(child.asked_at && now_ - *child.asked_at >= shutdown.timeout,
             "a child is killed before its time");
    } else {
      demand_stop_order(action.child);
    }
  }
  child.killed_at = now_;
}

void Invariants::demand_stop_order(ChildIndex stopped) const {
  const auto* request = std::get_if<StopChild>(event_);
  if (!stopping_ && request != nullptr && request->child == stopped) return;
  for (ChildIndex later = stopped + 1; later < children_.size(); ++later) {
    demand(!children_[later].has_process, "a stop does not await the children that were started later");
  }
}

void Invariants::perform(const Finished& action) {
  is_finished_ = true;
  demand(!any_process(), "a supervisor finishes although a process is left");
  demand(stopping_ == action.outcome, "a supervisor finishes for another reason than it stops for");
}

void Invariants::demand_restarted(const Supervisor& after) const {
  const bool stops = after.phase() == Phase::stopping || after.phase() == Phase::finished;
  demand(stops == stopping_.has_value(), "a supervisor stops without a reason, or has one and does not");
  if (stops || !crashed_) return;
  demand(children_[*crashed_].state == ChildState::starting, "a child that is to be restarted is not");
}

bool Invariants::wants_restart(ChildIndex child) const {
  if (crashed_ == child) return true;
  return children_[child].retry_since && std::holds_alternative<Tick>(*event_);
}

void Invariants::demand_same_view(const Supervisor& after) const {
  demand(after.finished() == is_finished_, "finished() and Finished differ");
  for (ChildIndex child = 0; child < children_.size(); ++child) {
    demand(after.state(child) == children_[child].state, "a state is not what the world was told");
    demand(after.life(child) == children_[child].life, "a life is not what the world was told");
  }
}

std::optional<TimePoint> Invariants::due(ChildIndex index) const {
  const Child& child = children_[index];
  if (child.state == ChildState::restarting) return child.retry_since;
  const Shutdown& shutdown = spec_.children[index].shutdown;
  const bool awaits_kill = child.state == ChildState::stopping && child.asked_at && !child.killed_at;
  if (!awaits_kill || shutdown.kind != Shutdown::Kind::timeout) return std::nullopt;
  return *child.asked_at + shutdown.timeout;
}

void Invariants::demand_deadline(const Supervisor& after) const {
  std::optional<TimePoint> expected;
  for (ChildIndex child = 0; child < children_.size(); ++child) {
    const auto when = due(child);
    if (when && (!expected || *when < *expected)) expected = when;
  }
  demand(after.next_deadline() == expected, "the next deadline is not the first one that children have");
  if (!std::holds_alternative<Tick>(*event_)) return;
  demand(!expected || *expected > now_, "a tick leaves a deadline that has passed");
}

void Invariants::demand_progress() const {
  if (stopping_ && !is_finished_) demand(any_process(), "a supervisor that stops waits for nobody");
  if (!is_booting_ || stopping_ || booted_ == children_.size() || is_finished_) return;
  demand(booted_ > 0 && children_[booted_ - 1].has_process && !children_[booted_ - 1].was_ready,
         "a boot waits for nobody");
}

Invariants::Child& Invariants::process(ChildIndex index, Life life) {
  Child& child = children_.at(index);
  demand(child.has_process && child.life == life, "an action is about a process that does not exist");
  return child;
}

bool Invariants::any_process() const {
  return std::ranges::any_of(children_, [](const Child& child) { return child.has_process; });
}

std::size_t Invariants::recent_restarts() const {
  const auto counts = [this](TimePoint when) { return now_ - when <= spec_.period; };
  return static_cast<std::size_t>(std::ranges::count_if(restarts_, counts));
}

}  // namespace ninelives::supervisor::test
