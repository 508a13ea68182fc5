#include "supervisor/core/child.hpp"

#include <utility>

namespace ninelives::supervisor {

namespace {

Verdict judge_failed_start(StartCause cause) {
  switch (cause) {
    case StartCause::boot:
      return Verdict::boot_failed;
    case StartCause::request:
      return Verdict::down;
    case StartCause::restart:
      return Verdict::retry;
  }
  std::unreachable();
}

Verdict judge_end(Restart restart, Ending ending) {
  switch (restart) {
    case Restart::permanent:
      return Verdict::restart;
    case Restart::transient:
      return ending == Ending::abnormal ? Verdict::restart : Verdict::down;
    case Restart::temporary:
      return Verdict::down;
  }
  std::unreachable();
}

}  // namespace

bool Child::has_process() const {
  return state_ == ChildState::starting || state_ == ChildState::running || state_ == ChildState::stopping;
}

Verdict Child::judge(Ending ending) const {
  if (state_ == ChildState::stopping) return Verdict::down;
  if (state_ == ChildState::starting) return judge_failed_start(start_cause_);
  return judge_end(restart_, ending);
}

void Child::start(StartCause cause, Actions& actions) {
  ++life_;
  start_cause_ = cause;
  killed_ = false;
  become(ChildState::starting, actions);
  actions.push_back(Launch{index_, life_});
}

void Child::become_running(Actions& actions) { become(ChildState::running, actions); }

void Child::become_restarting(Actions& actions) { become(ChildState::restarting, actions); }

void Child::go_down(Actions& actions) {
  become(restart_ == Restart::temporary ? ChildState::gone : ChildState::stopped, actions);
}

std::optional<std::chrono::nanoseconds> Child::stop(Actions& actions) {
  if (shutdown_.kind == Shutdown::Kind::brutal_kill) {
    kill(actions);
    return std::nullopt;
  }
  become(ChildState::stopping, actions);
  actions.push_back(AskToStop{index_, life_});
  if (shutdown_.kind == Shutdown::Kind::infinity) return std::nullopt;
  return shutdown_.timeout;
}

void Child::kill(Actions& actions) {
  if (killed_) return;
  killed_ = true;
  if (state_ != ChildState::stopping) become(ChildState::stopping, actions);
  actions.push_back(Kill{index_, life_});
}

void Child::become(ChildState state, Actions& actions) {
  state_ = state;
  actions.push_back(Became{index_, life_, state});
}

}  // namespace ninelives::supervisor
