#include "supervisor/core/event.hpp"

namespace ninelives::supervisor {

namespace {

struct Print {
  std::string operator()(const std::string& id) const { return id; }
  std::string operator()(const ProcessRef& process) const {
    return process_name(process.child, process.life);
  }
  std::string operator()(const Stranger& stranger) const {
    return stranger.is_alive ? "a stranger" : "a dead stranger";
  }

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
  std::string operator()(const Tick&) const { return "tick"; }
  std::string operator()(const StartChild& event) const { return "start_child " + event.spec.id; }
  std::string operator()(const TerminateChild& event) const { return "terminate_child " + name(event.child); }
  std::string operator()(const RestartChild& event) const { return "restart_child " + name(event.child); }
  std::string operator()(const DeleteChild& event) const { return "delete_child " + name(event.child); }
  std::string operator()(const ChangeSpec&) const { return "change_spec"; }

  std::string name(const ChildName& child) const { return std::visit(*this, child); }
};

}  // namespace

std::string to_string(const Event& event) { return std::visit(Print{}, event); }

}  // namespace ninelives::supervisor
