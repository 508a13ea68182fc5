#include "supervisor/core/supervisor.hpp"

#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace ninelives::supervisor {

namespace {

void throw_if_faulty(const SupervisorSpec& spec) {
  std::string text;
  for (const std::string& fault : check(spec)) text += (text.empty() ? "" : "; ") + fault;
  if (!text.empty()) throw std::invalid_argument("a supervisor was made of a spec with faults: " + text);
}

// An exception that leaves a noexcept function ends the program and shows its text, in every build, without
// any output code in here.
SupervisorSpec without_faults(SupervisorSpec spec) noexcept {
  throw_if_faulty(spec);
  return spec;
}

std::vector<Child> children_of(const SupervisorSpec& spec) {
  std::vector<Child> children;
  children.reserve(spec.children.size());
  for (const ChildSpec& child : spec.children) children.emplace_back(children.size(), child);
  return children;
}

// A shutdown time may be as long as the type allows, so the sum might not fit.
TimePoint later(TimePoint now, std::chrono::nanoseconds wait) {
  if (now > TimePoint::zero() && wait > TimePoint::max() - now) return TimePoint::max();
  return now + wait;
}

}  // namespace

Supervisor::Supervisor(SupervisorSpec spec)
    : spec_(without_faults(std::move(spec))),
      children_(children_of(spec_)),
      intensity_(spec_.intensity, spec_.period) {}

Actions Supervisor::step(TimePoint now, const Event& event) {
  now_ = now;
  if (!finished()) std::visit([this](const auto& happened) { on(happened); }, event);
  return std::exchange(actions_, {});
}

void Supervisor::on(const Boot&) {
  if (phase_ != Phase::idle) return;
  phase_ = Phase::booting;
  boot_next();
}

void Supervisor::on(const Ready& event) {
  Child* child = with_process(event.child, event.life);
  if (child == nullptr || child->state() != ChildState::starting) return;
  child->become_running(actions_);
  if (boot_waits_for(*child)) went_through_boot();
}

void Supervisor::on(const LaunchFailed& event) {
  Child* child = with_process(event.child, event.life);
  if (child == nullptr || child->state() == ChildState::running) return;
  process_ended(*child, Ending::abnormal);
}

void Supervisor::on(const Exited& event) {
  if (Child* child = with_process(event.child, event.life)) process_ended(*child, event.ending);
}

void Supervisor::on(const StopAll&) {
  if (phase_ != Phase::stopping) begin_to_stop(Stopped{});
}

void Supervisor::on(const KillAll&) {
  for (Child& child : children_ | std::views::reverse) {
    if (!child.has_process()) continue;
    deadlines_.cancel(child.index());
    child.kill(actions_);
  }
  if (phase_ != Phase::stopping) begin_to_stop(Stopped{});
}

void Supervisor::on(const StopChild& event) {
  if (phase_ == Phase::stopping || event.child >= children_.size()) return;
  stop(children_[event.child]);
}

void Supervisor::on(const StartChild& event) {
  // What the boot has not reached yet is left to the boot, which keeps the start order.
  if (phase_ == Phase::stopping || event.child >= booted_) return;
  Child& child = children_[event.child];
  if (child.state() == ChildState::stopped) child.start(StartCause::request, actions_);
}

void Supervisor::on(const Tick&) {
  while (const auto due = deadlines_.take_due(now_)) expire(children_[*due]);
}

Child* Supervisor::with_process(ChildIndex index, Life life) {
  if (index >= children_.size()) return nullptr;
  Child& child = children_[index];
  return child.has_process() && child.life() == life ? &child : nullptr;
}

void Supervisor::process_ended(Child& child, Ending ending) {
  deadlines_.cancel(child.index());
  if (phase_ == Phase::stopping) {
    child.go_down(actions_);
    return stop_next();
  }
  switch (child.judge(ending)) {
    case Verdict::down:
      child.go_down(actions_);
      if (boot_waits_for(child)) went_through_boot();
      return;
    case Verdict::restart:
      return restart(child);
    case Verdict::retry:
      return await_retry(child);
    case Verdict::boot_failed:
      child.go_down(actions_);
      return begin_to_stop(FailedToStart{child.index()});
  }
}

void Supervisor::boot_next() {
  if (booted_ == children_.size()) {
    phase_ = Phase::running;
  } else {
    children_[booted_].start(StartCause::boot, actions_);
  }
}

bool Supervisor::boot_waits_for(const Child& child) const {
  return phase_ == Phase::booting && child.index() == booted_;
}

void Supervisor::went_through_boot() {
  ++booted_;
  boot_next();
}

void Supervisor::restart(Child& child) {
  if (!intensity_.charge(now_)) {
    child.go_down(actions_);
    return begin_to_stop(GaveUp{child.index()});
  }
  if (child.state() != ChildState::restarting) child.become_restarting(actions_);
  child.start(StartCause::restart, actions_);
}

void Supervisor::await_retry(Child& child) {
  child.become_restarting(actions_);
  deadlines_.set(child.index(), now_);
}

void Supervisor::cancel_retry(Child& child) {
  deadlines_.cancel(child.index());
  child.go_down(actions_);
}

void Supervisor::stop(Child& child) {
  switch (child.state()) {
    case ChildState::starting:
    case ChildState::running:
      if (const auto patience = child.stop(actions_)) deadlines_.set(child.index(), later(now_, *patience));
      return;
    case ChildState::restarting:
      return cancel_retry(child);
    case ChildState::stopped:
    case ChildState::stopping:
    case ChildState::gone:
      return;
  }
}

void Supervisor::expire(Child& child) {
  if (child.state() == ChildState::restarting) {
    restart(child);
  } else {
    child.kill(actions_);
  }
}

void Supervisor::begin_to_stop(const Outcome& why) {
  phase_ = Phase::stopping;
  outcome_ = why;
  still_to_stop_ = children_.size();
  for (Child& child : children_ | std::views::reverse) {
    if (child.state() == ChildState::restarting) cancel_retry(child);
  }
  stop_next();
}

void Supervisor::stop_next() {
  while (still_to_stop_ > 0 && !children_[still_to_stop_ - 1].has_process()) --still_to_stop_;
  if (still_to_stop_ > 0) return stop(children_[still_to_stop_ - 1]);
  phase_ = Phase::finished;
  actions_.push_back(Finished{outcome_});
}

}  // namespace ninelives::supervisor
