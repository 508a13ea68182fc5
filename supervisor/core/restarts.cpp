// Restarts, and what takes its turn: see the head of supervisor.hpp.
#include <utility>

#include "supervisor/core/supervisor.hpp"

namespace ninelives::supervisor {

// OTP's restart/2: charged, and then the child's own or that of its group.
void Supervisor::restart(Child& child) {
  if (!intensity_.charge(now_)) {
    report(Report::Kind::shutdown, child);
    go_down(child);
    return begin_to_stop(GaveUp{child.number()});
  }
  if (child.state() != ChildState::restarting) child.become_restarting(actions_);
  const auto delay = child.next_delay(now_, random());
  if (is_group()) begin_restart_pass(child);
  // Its group may have removed it.
  const bool is_delayed = delay > delay.zero() && child.state() == ChildState::restarting;
  if (is_delayed) {
    child.restart_is_charged = true;
    deadlines_.set(child.number(), later(now_, delay));
    if (is_group()) pass_->delayed_by = child.number();
  } else if (!is_group()) {
    start(child, StartCause::restart);
  }
  if (is_group()) advance_pass();
}

// OTP's try_again_restart: after whatever is waiting already.
void Supervisor::try_again(Child& child) {
  child.become_restarting(actions_);
  deadlines_.set(child.number(), now_);
  if (pass_ && pass_->starting == child.number()) abandon_restart_pass();
}

void Supervisor::cancel_restart(Child& child) {
  const ChildNumber number = child.number();
  go_down(child);
  if (!pass_) return;
  if (pass_->delayed_by == number) pass_->delayed_by.reset();
  advance_pass();
}

// ---- passes

void Supervisor::begin_restart_pass(Child& leader) {
  pass_ = Pass{.kind = Pass::Kind::restart, .cause = StartCause::restart};
  bool is_member = spec_.strategy == Strategy::one_for_all;
  for (Child& child : children_.in_order()) {
    is_member = is_member || &child == &leader;
    if (is_member) join_pass(child);
  }
  absorb_ends(leader);
}

// A significant child that has ended by itself, and whose auto_shutdown has not had its turn, is stopped and
// started like the others of the group: OTP reads its EXIT while it stops them. Those that are gone stood
// where their number says.
void Supervisor::absorb_ends(const Child& leader) {
  std::erase_if(waiting_, [&](const Waiting& waiting) {
    const auto* ended = std::get_if<AutoShutdownTurn>(&waiting);
    if (ended == nullptr) return false;
    const Child* child = children_.find(ended->child);
    if (child != nullptr) return child->turn != Turn::none;
    return spec_.strategy == Strategy::one_for_all || ended->child > leader.number();
  });
}

// Also those that were down are started, as in OTP: that one was terminated, has ignored its start or has
// ended normally is forgotten. A temporary one is stopped for good, and removed at once where there is
// nothing to stop: a changed spec has added it, or made it temporary.
void Supervisor::join_pass(Child& child) {
  const bool has_process = child.has_process();
  if (has_process) pass_->to_stop.push_back(child.number());
  if (child.spec().restart == Restart::temporary) {
    if (!has_process) return go_down(child);
    child.turn = Turn::stop;
    return;
  }
  pass_->to_start.push_back(child.number());
  child.turn = has_process ? Turn::stop_and_start : Turn::start;
  if (has_process) return;
  deadlines_.cancel(child.number());
  if (child.state() == ChildState::stopped) child.become_restarting(actions_);
}

void Supervisor::advance_pass() {
  while (!pass_->to_stop.empty()) {
    Child* child = children_.find(pass_->to_stop.back());
    if (child != nullptr && child->has_process()) {
      if (child->state() != ChildState::stopping) stop(*child);
      return;
    }
    pass_->to_stop.pop_back();
  }
  if (!pass_->delayed_by && !pass_->starting) start_next();
}

void Supervisor::start_next() {
  while (!pass_->to_start.empty()) {
    Child* child = children_.find(pass_->to_start.front());
    pass_->to_start.pop_front();
    if (child == nullptr || child->turn != Turn::start) continue;  // terminated meanwhile
    pass_->starting = child->number();
    return start(*child, pass_->cause);
  }
  finish_pass();
}

void Supervisor::finish_pass() {
  const Pass::Kind kind = pass_->kind;
  pass_.reset();
  if (kind == Pass::Kind::boot) {
    phase_ = Phase::running;
    has_booted_ = true;
  }
  if (kind != Pass::Kind::end) return;
  phase_ = Phase::finished;
  actions_.push_back(Finished{outcome_});
}

// A start has failed: those behind it stay down until it succeeds.
void Supervisor::abandon_restart_pass() {
  const Pass abandoned = *std::exchange(pass_, std::nullopt);
  for (const ChildNumber number : abandoned.to_start) {
    Child* child = children_.find(number);
    if (child != nullptr && child->turn == Turn::start) go_down(*child);
  }
}

// The process of this child has started, or ended: what the pass was waiting for, perhaps.
void Supervisor::pass_goes_on(const Child& child) {
  if (!pass_) return;
  if (pass_->starting == child.number()) pass_->starting.reset();
  advance_pass();
}

// ---- turns

void Supervisor::take_turns() {
  while (!pass_ && phase_ == Phase::running && !waiting_.empty()) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    std::visit([this](const auto& turn) { take(turn); }, next);
  }
}

// Not if a pass has restarted it meanwhile, or it was terminated.
void Supervisor::take(const RestartTurn& turn) {
  Child* child = children_.find(turn.child);
  if (child == nullptr || child->state() != ChildState::restarting || child->life() != turn.life) return;
  restart(*child);
}

void Supervisor::take(const AutoShutdownTurn& turn) {
  if (spec_.auto_shutdown == AutoShutdown::never) return;
  const Child* child = children_.find(turn.child);
  if (child != nullptr && (child->life() != turn.life || is_active(*child))) return;
  if (spec_.auto_shutdown == AutoShutdown::all_significant) {
    for (const Child& other : children_.in_order()) {
      if (other.spec().significant && is_active(other)) return;
    }
  }
  begin_to_stop(AutoShutdownBy{turn.child});
}

void Supervisor::take(const Event& event) {
  std::visit([this](const auto& asked) { on(asked); }, event);
}

bool Supervisor::is_active(const Child& child) const {
  return child.has_process() || child.state() == ChildState::restarting;
}

}  // namespace ninelives::supervisor
