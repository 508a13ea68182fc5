#include "supervisor/core/child.hpp"

#include <utility>

namespace ninelives::supervisor {

bool Child::has_process() const {
  return state_ == ChildState::starting || state_ == ChildState::running || state_ == ChildState::stopping;
}

bool Child::is_to_end() const {
  return state_ == ChildState::stopping || turn == Turn::stop || turn == Turn::stop_and_start;
}

Verdict Child::judge(Ending ending) const {
  switch (spec_.restart) {
    case Restart::permanent:
      return Verdict::restart;
    case Restart::transient:
      return is_clean(ending) ? Verdict::down : Verdict::restart;
    case Restart::temporary:
      return Verdict::down;
  }
  std::unreachable();
}

bool Child::is_to_be_reported(Ending ending) const {
  return spec_.restart == Restart::permanent || !is_clean(ending);
}

bool Child::ended_in_order(Ending ending) const {
  if (is_clean(ending) && spec_.restart != Restart::permanent) return true;
  const bool is_brutal = shutdown_of(spec_).kind == Shutdown::Kind::brutal_kill;
  return ending == (is_brutal ? Ending::killed : Ending::shutdown);
}

void Child::start(StartCause cause, Actions& actions) {
  ++life_;
  start_cause_ = cause;
  killed_ = false;
  turn = Turn::none;
  restart_is_charged = false;
  become(ChildState::starting, actions);
  actions.push_back(Launch{number_, life_});
}

void Child::become_running(TimePoint now, Actions& actions) {
  delay_.runs(now);
  last_running_ = life_;
  become(ChildState::running, actions);
}

void Child::become_restarting(Actions& actions) { become(ChildState::restarting, actions); }

void Child::go_down(bool for_good, Actions& actions) {
  turn = Turn::none;
  restart_is_charged = false;
  become(for_good ? ChildState::gone : ChildState::stopped, actions);
}

std::optional<std::chrono::nanoseconds> Child::stop(Actions& actions) {
  const Shutdown shutdown = shutdown_of(spec_);
  if (killed_ || shutdown.kind == Shutdown::Kind::brutal_kill) {
    kill(actions);
    return std::nullopt;
  }
  become(ChildState::stopping, actions);
  actions.push_back(AskToStop{number_, life_});
  if (shutdown.kind == Shutdown::Kind::infinity) return std::nullopt;
  return shutdown.timeout;
}

void Child::kill(Actions& actions) {
  if (state_ != ChildState::stopping) become(ChildState::stopping, actions);
  if (std::exchange(killed_, true)) return;
  actions.push_back(Kill{number_, life_});
}

void Child::give_up_start(Actions& actions) {
  if (std::exchange(killed_, true)) return;
  actions.push_back(Kill{number_, life_});
}

void Child::change(ChildSpec spec) {
  if (spec.backoff != spec_.backoff) delay_ = RestartDelay(spec.backoff);
  spec_ = std::move(spec);
}

void Child::become(ChildState state, Actions& actions) {
  state_ = state;
  actions.push_back(Became{number_, life_, state});
}

}  // namespace ninelives::supervisor
