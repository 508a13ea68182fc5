#include "supervisor/core/action.hpp"

namespace ninelives::supervisor {

namespace {

struct Print {
  std::string operator()(const Became& action) const {
    return process_name(action.child, action.life) + " " + std::string(to_string(action.state));
  }
  std::string operator()(const Launch& action) const {
    return "launch " + process_name(action.child, action.life);
  }
  std::string operator()(const AskToStop& action) const {
    return "ask_to_stop " + process_name(action.child, action.life);
  }
  std::string operator()(const Kill& action) const {
    return "kill " + process_name(action.child, action.life);
  }
  std::string operator()(const Finished& action) const { return "finished: " + to_string(action.outcome); }

  std::string operator()(const Stopped&) const { return "stopped"; }
  std::string operator()(const GaveUp& outcome) const { return "gave_up " + std::to_string(outcome.child); }
  std::string operator()(const FailedToStart& outcome) const {
    return "failed_to_start " + std::to_string(outcome.child);
  }
};

}  // namespace

std::string to_string(const Action& action) { return std::visit(Print{}, action); }

std::string to_string(const Outcome& outcome) { return std::visit(Print{}, outcome); }

}  // namespace ninelives::supervisor
