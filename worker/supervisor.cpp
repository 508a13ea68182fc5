#include <utility>

#include <ninelives/spec/check.hpp>
#include <ninelives/supervisor.hpp>

#include "worker/process.hpp"

namespace ninelives {
namespace {

using Api = Ref<SupervisorApi>;
template <class T>
using Asked = Supervisor::Result<T>;
using Timeout = Supervisor::Timeout;

std::unexpected<SupervisorError> failed(ChildError error) {
  return std::unexpected(SupervisorError{std::move(error)});
}
std::unexpected<SupervisorError> failed(CallError error) {
  return std::unexpected(SupervisorError{std::move(error)});
}

// A reply that is a value, or one that is an error too.
template <class T>
Asked<T> flat(std::expected<T, CallError> reply) {
  if (!reply) return failed(std::move(reply.error()));
  return std::move(*reply);
}
template <class T>
Asked<T> flat(std::expected<std::expected<T, ChildError>, CallError> reply) {
  if (!reply) return failed(std::move(reply.error()));
  if (!*reply) return failed(std::move(reply->error()));
  return std::move(**reply);
}
Asked<void> flat(std::expected<supervision::Done, CallError> reply) {
  if (!reply) return failed(std::move(reply.error()));
  if (!*reply) return failed(std::move(reply->error()));
  return {};
}

std::unexpected<SupervisorError> invalid(const std::vector<SpecFault>& faults) {
  return failed(ChildError{.kind = ChildError::Kind::invalid_spec, .text = to_string(faults)});
}

// Whether a significant child fits the supervisor's auto_shutdown is not known here: it is checked there.
std::vector<SpecFault> check_here(const ChildSpec& spec) {
  return check_childspecs({&spec, 1}, AutoShutdown::any_significant);
}

// A child's path is that of its supervisor with its id behind it.
bool is_myself(const std::string& supervisor, const ChildName& child) {
  detail::Process* process = detail::Process::current();
  if (!process) return false;
  detail::Target above{.name = supervisor};
  const auto found = process->whereis(above);
  const std::string me = process->name();
  if (me.empty() || !found || found->slot != process->supervisor().slot) return false;
  const auto* pid = std::get_if<Pid>(&child);
  return pid ? *pid == process->self() : std::get<std::string>(child) == me.substr(me.rfind('/') + 1);
}

}  // namespace

std::string to_string(const SupervisorError& error) {
  if (const auto* child = std::get_if<ChildError>(&error.why)) return to_string(*child);
  const auto& call = std::get<CallError>(error.why);
  return std::string(to_string(call.kind)) + ": " + call.text;
}

Asked<Started> Supervisor::start_child(const ChildSpec& spec, Timeout timeout) const {
  if (const auto faults = check_here(spec); !faults.empty()) return invalid(faults);
  return flat(ref_.call(supervision::StartChild{spec}, timeout));
}

Asked<Started> Supervisor::start_child(std::vector<std::string> arguments, Timeout timeout) const {
  return flat(ref_.call(supervision::StartFromTemplate{std::move(arguments)}, timeout));
}

Asked<Started> Supervisor::start_child(std::initializer_list<std::string> arguments, Timeout timeout) const {
  return start_child(std::vector(arguments), timeout);
}

Asked<void> Supervisor::terminate_child(const ChildName& child, Timeout timeout) const {
  if (is_myself(name(), child)) {
    return failed(CallError{.kind = CallError::Kind::calling_self,
                            .text = "a child that has itself terminated would wait for its own end"});
  }
  return flat(ref_.call(supervision::TerminateChild{child}, timeout));
}

Asked<Started> Supervisor::restart_child(const std::string& id, Timeout timeout) const {
  return flat(ref_.call(supervision::RestartChild{id}, timeout));
}

Asked<void> Supervisor::delete_child(const std::string& id, Timeout timeout) const {
  return flat(ref_.call(supervision::DeleteChild{id}, timeout));
}

Asked<std::vector<ChildInfo>> Supervisor::which_children(Timeout timeout) const {
  return flat(ref_.call(supervision::WhichChildren{}, timeout));
}

Asked<ChildCounts> Supervisor::count_children(Timeout timeout) const {
  return flat(ref_.call(supervision::CountChildren{}, timeout));
}

Asked<ChildSpec> Supervisor::get_childspec(const ChildName& child, Timeout timeout) const {
  return flat(ref_.call(supervision::GetChildspec{child}, timeout));
}

Asked<void> Supervisor::change_spec(const SupervisorSpec& spec, Timeout timeout) const {
  if (const auto faults = check(spec); !faults.empty()) return invalid(faults);
  return flat(ref_.call(supervision::ChangeSpec{spec}, timeout));
}

}  // namespace ninelives
