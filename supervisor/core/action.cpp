#include "supervisor/core/action.hpp"

#include <utility>

namespace ninelives::supervisor {

namespace {

struct Print {
  std::string operator()(const Added& action) const { return "added " + std::to_string(action.child); }
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
  std::string operator()(const Report& action) const {
    return "report " + std::string(to_string(action.kind)) + " " + process_name(action.child, action.life);
  }
  std::string operator()(const Reply& action) const {
    const std::string text =
        "reply " + std::to_string(action.request) + " " + std::string(to_string(action.answer));
    const bool names_child = action.answer == Answer::started || action.answer == Answer::already_started ||
                             action.answer == Answer::start_failed;
    return names_child ? text + " " + process_name(action.child, action.life) : text;
  }
  std::string operator()(const Finished& action) const { return "finished: " + to_string(action.outcome); }

  std::string operator()(const Stopped&) const { return "stopped"; }
  std::string operator()(const GaveUp& outcome) const { return "gave_up " + std::to_string(outcome.child); }
  std::string operator()(const FailedToStart& outcome) const {
    return "failed_to_start " + std::to_string(outcome.child);
  }
  std::string operator()(const AutoShutdownBy& outcome) const {
    return "auto_shutdown " + std::to_string(outcome.child);
  }
};

}  // namespace

std::string to_string(const Action& action) { return std::visit(Print{}, action); }

std::string to_string(const Outcome& outcome) { return std::visit(Print{}, outcome); }

std::string_view to_string(Report::Kind kind) {
  switch (kind) {
    case Report::Kind::progress:
      return "progress";
    case Report::Kind::child_terminated:
      return "child_terminated";
    case Report::Kind::start_error:
      return "start_error";
    case Report::Kind::shutdown_error:
      return "shutdown_error";
    case Report::Kind::shutdown:
      return "shutdown";
  }
  std::unreachable();
}

std::string_view to_string(Answer answer) {
  switch (answer) {
    case Answer::ok:
      return "ok";
    case Answer::started:
      return "started";
    case Answer::ignored:
      return "ignored";
    case Answer::already_started:
      return "already_started";
    case Answer::already_present:
      return "already_present";
    case Answer::not_found:
      return "not_found";
    case Answer::running:
      return "running";
    case Answer::restarting:
      return "restarting";
    case Answer::start_failed:
      return "start_failed";
    case Answer::max_children:
      return "max_children";
    case Answer::simple_one_for_one:
      return "simple_one_for_one";
    case Answer::not_changed:
      return "not_changed";
  }
  std::unreachable();
}

}  // namespace ninelives::supervisor
