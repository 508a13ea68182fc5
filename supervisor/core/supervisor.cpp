// What a supervisor hears of its processes. Restarts are in restarts.cpp, requests in requests.cpp.
#include "supervisor/core/supervisor.hpp"

#include <algorithm>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>

#include <ninelives/spec/check.hpp>

namespace ninelives::supervisor {

namespace {

void throw_if_faulty(const SupervisorSpec& spec) {
  const auto faults = check(spec);
  if (faults.empty()) return;
  throw std::invalid_argument("a supervisor was made of a spec with faults: " + to_string(faults));
}

// An exception that leaves a noexcept function ends the program and shows its text, in every build, without
// any output code in here.
SupervisorSpec without_faults(SupervisorSpec spec) noexcept {
  throw_if_faulty(spec);
  return spec;
}

bool names(const Outcome& outcome, ChildNumber child) {
  return std::visit(
      [child](const auto& why) {
        if constexpr (requires { why.child; }) return why.child == child;
        return false;
      },
      outcome);
}

}  // namespace

Supervisor::Supervisor(SupervisorSpec spec, std::uint32_t seed)
    : spec_(without_faults(std::move(spec))),
      children_(!is_dynamic(spec_)),
      intensity_(spec_.intensity, spec_.period),
      random_(seed) {
  if (is_dynamic(spec_)) return;
  for (ChildSpec& child : children_at_boot(spec_)) children_.add(std::move(child));
  spec_.children.clear();
}

Actions Supervisor::step(TimePoint now, const Event& event) {
  now_ = now;
  children_.forget_gone();
  if (!finished()) {
    std::visit([this](const auto& happened) { on(happened); }, event);
    take_turns();
  }
  return std::exchange(actions_, {});
}

std::vector<ChildNumber> Supervisor::children() const {
  std::vector<ChildNumber> numbers;
  for (const Child& child : children_.in_order()) numbers.push_back(child.number());
  return numbers;
}

bool Supervisor::may_be_outcome(ChildNumber child) const {
  if (phase_ == Phase::stopping || phase_ == Phase::finished) return names(outcome_, child);
  return std::ranges::any_of(waiting_, [child](const Waiting& waiting) {
    const auto* ended = std::get_if<AutoShutdownTurn>(&waiting);
    return ended != nullptr && ended->child == child;
  });
}

// ---- news

void Supervisor::on(const Boot&) {
  if (phase_ != Phase::idle) return;
  phase_ = Phase::booting;
  pass_ = Pass{.kind = Pass::Kind::boot, .cause = StartCause::boot};
  for (Child& child : children_.in_order()) {
    child.turn = Turn::start;
    pass_->to_start.push_back(child.number());
  }
  advance_pass();
}

void Supervisor::on(const Ready& event) {
  Child* child = with_process(event.child, event.life);
  if (child == nullptr || child->state() != ChildState::starting || child->start_was_given_up()) return;
  deadlines_.cancel(child->number());
  child->become_running(now_, actions_);
  report(Report::Kind::progress, *child);
  answer_start(*child, Answer::started);
  pass_goes_on(*child);
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
  for (Child& child : children_.in_order() | std::views::reverse) {
    if (!child.has_process()) continue;
    deadlines_.cancel(child.number());
    child.kill(actions_);
  }
  if (phase_ != Phase::stopping) begin_to_stop(Stopped{});
}

void Supervisor::on(const Tick&) {
  while (const auto due = deadlines_.take_due(now_)) expire(*children_.find(*due));
}

Child* Supervisor::with_process(ChildNumber number, Life life) {
  Child* child = children_.find(number);
  return child != nullptr && child->has_process() && child->life() == life ? child : nullptr;
}

void Supervisor::process_ended(Child& child, Ending ending) {
  deadlines_.cancel(child.number());
  if (child.is_to_end()) return stop_ended(child, ending);
  if (child.state() == ChildState::starting) return start_ended(child, ending);
  ended_by_itself(child, ending);
}

void Supervisor::start_ended(Child& child, Ending ending) {
  const StartCause cause = child.start_cause();
  if (ending == Ending::ignored) {
    // A temporary child is forgotten if this was its first start; OTP keeps one that was there before.
    const bool is_new = cause == StartCause::boot || cause == StartCause::start_child;
    go_down(child, is_dynamic(spec_) || (is_new && child.spec().restart == Restart::temporary),
            Answer::ignored);
    return pass_goes_on(child);
  }
  switch (cause) {
    case StartCause::boot:
      report(Report::Kind::start_error, child);
      go_down(child);
      return begin_to_stop(FailedToStart{child.number()});
    case StartCause::restart:
      report(Report::Kind::start_error, child);
      return try_again(child);
    case StartCause::start_child:
    case StartCause::restart_child:
      go_down(child, cause == StartCause::start_child);
      return pass_goes_on(child);
  }
}

void Supervisor::ended_by_itself(Child& child, Ending ending) {
  if (child.is_to_be_reported(ending)) report(Report::Kind::child_terminated, child);
  if (child.judge(ending) == Verdict::down) {
    if (child.spec().significant) waiting_.push_back(AutoShutdownTurn{child.number(), child.life()});
    return go_down(child);
  }
  if (!is_group()) return restart(child);
  child.become_restarting(actions_);
  waiting_.push_back(RestartTurn{child.number(), child.life()});
}

void Supervisor::stop_ended(Child& child, Ending ending) {
  if (!child.ended_in_order(ending)) report(Report::Kind::shutdown_error, child);
  if (child.turn == Turn::stop_and_start) {
    child.turn = Turn::start;
    child.become_restarting(actions_);
    has_no_process(child);
  } else {
    go_down(child);
  }
  pass_goes_on(child);
}

void Supervisor::expire(Child& child) {
  switch (child.state()) {
    case ChildState::starting:
      return child.give_up_start(actions_);
    case ChildState::stopping:
      return child.kill(actions_);
    case ChildState::restarting:
      if (pass_ && pass_->delayed_by == child.number()) {
        pass_->delayed_by.reset();
        return advance_pass();
      }
      if (child.restart_is_charged) return start(child, StartCause::restart);
      if (!is_group()) return restart(child);
      waiting_.push_back(RestartTurn{child.number(), child.life()});
      return;
    case ChildState::running:
    case ChildState::stopped:
    case ChildState::gone:
      return;
  }
}

// ---- single transitions

void Supervisor::start(Child& child, StartCause cause) {
  child.start(cause, actions_);
  if (child.spec().start_timeout) deadlines_.set(child.number(), later(now_, *child.spec().start_timeout));
}

void Supervisor::stop(Child& child) {
  deadlines_.cancel(child.number());
  if (const auto patience = child.stop(actions_)) deadlines_.set(child.number(), later(now_, *patience));
}

void Supervisor::go_down(Child& child) {
  go_down(child, is_dynamic(spec_) || child.spec().restart == Restart::temporary);
}

// The answer to a start that was under way comes last: whoever gets it finds the process dead, and its names
// free. It has failed, too, if it was stopped.
void Supervisor::go_down(Child& child, bool for_good, Answer answer) {
  deadlines_.cancel(child.number());
  child.go_down(for_good, actions_);
  if (for_good) children_.remove(child);
  answer_start(child, answer);
  has_no_process(child);
}

// Whoever asked for that has an answer now, and what only a child without a process can do takes its turn.
void Supervisor::has_no_process(Child& child) {
  for (const RequestId request : std::exchange(child.stop_requests, {})) reply(request, Answer::ok);
  for (Event& event : std::exchange(child.later, {})) waiting_.push_back(std::move(event));
}

void Supervisor::begin_to_stop(const Outcome& why) {
  phase_ = Phase::stopping;
  outcome_ = why;
  waiting_.clear();
  pass_ = Pass{.kind = Pass::Kind::end, .cause = StartCause::boot};
  for (Child& child : children_.in_order()) {
    child.turn = Turn::none;
    if (!child.has_process()) continue;
    child.turn = Turn::stop;
    pass_->to_stop.push_back(child.number());
  }
  // Their numbers, because whoever is gone leaves the order.
  for (const ChildNumber number : children() | std::views::reverse) {
    Child& child = *children_.find(number);
    if (child.state() == ChildState::restarting) {
      go_down(child);
    } else if (is_dynamic(spec_) && child.has_process() && child.state() != ChildState::stopping) {
      stop(child);
    }
  }
  advance_pass();
}

void Supervisor::report(Report::Kind kind, const Child& child) {
  actions_.push_back(Report{kind, child.number(), child.life()});
}

bool Supervisor::is_group() const {
  return spec_.strategy == Strategy::rest_for_one || spec_.strategy == Strategy::one_for_all;
}

double Supervisor::random() {
  const auto span = static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min());
  return static_cast<double>(random_() - std::minstd_rand::min()) / span;
}

}  // namespace ninelives::supervisor
