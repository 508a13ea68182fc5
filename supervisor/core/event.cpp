#include "supervisor/core/event.hpp"

namespace ninelives::supervisor {

namespace {

struct Print {
  std::string operator()(const Boot&) const { return "boot"; }
  std::string operator()(const Ready& event) const {
    return "ready " + process_name(event.child, event.life);
  }
  std::string operator()(const LaunchFailed& event) const {
    return "launch_failed " + process_name(event.child, event.life);
  }
  std::string operator()(const Exited& event) const {
    return "exited " + process_name(event.child, event.life) + " " + std::string(to_string(event.ending));
  }
  std::string operator()(const StopAll&) const { return "stop_all"; }
  std::string operator()(const KillAll&) const { return "kill_all"; }
  std::string operator()(const StopChild& event) const { return "stop_child " + std::to_string(event.child); }
  std::string operator()(const StartChild& event) const {
    return "start_child " + std::to_string(event.child);
  }
  std::string operator()(const Tick&) const { return "tick"; }
};

}  // namespace

std::string to_string(const Event& event) { return std::visit(Print{}, event); }

}  // namespace ninelives::supervisor
