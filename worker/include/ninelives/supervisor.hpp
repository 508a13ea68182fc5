// A client's handle on a supervisor: what supervisor(3) and Elixir's DynamicSupervisor do on request, for
// workers and for programs that have attached. Each function returns when what it asks for has happened: a
// start when the child is ready, a stop when its process has ended.
//
//   const ninelives::Supervisor sessions("sessions");               // the root: ninelives::Supervisor()
//   auto started = sessions.start_child({.id = "cat", .command = {"./session", "cat"}});
//   if (started) ninelives::whereis<SessionApi>(started->name).call(Purr{});
//
// Cheap to copy; a copy belongs to one thread, which is a process of the node. It owns nothing: a child stays
// when whoever has asked for it is gone.
//
// Specs are checked here first, as Elixir does, so that a faulty one costs no round trip: invalid_spec, with
// every fault. What only the supervisor can know, such as whether an id is taken, it says itself.
//
// Time-outs: none unless one is given, as in OTP. How long a start or a stop may take is said in the child's
// spec (start_timeout, shutdown), and whoever gives up earlier does not undo what was asked for. A supervisor
// that ends meanwhile ends the call with `down`.
//
// A child that waits for its own supervisor may wait for itself: for the end of a supervisor above it, or, in
// its init while the supervisor boots, for the start of a sibling. Then its shutdown time or its start
// time-out ends both. That a child terminates itself is refused at once (calling_self): a server ends by
// returning stop().
#pragma once
#include <expected>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <ninelives/ipc/supervision.hpp>
#include <ninelives/ref.hpp>
#include <ninelives/spec/tree.hpp>

namespace ninelives {

using supervision::ChildCounts;
using supervision::ChildError;
using supervision::ChildInfo;
using supervision::ChildName;  // an id; under a dynamic supervisor, a Pid
using supervision::Started;

namespace detail {
template <class... Requests>
using CallsOfSupervisor = ninelives::Calls<typename Requests::Reply(Requests)...>;
}

// For Ref<SupervisorApi>, where the messages themselves are wanted.
struct SupervisorApi {
  using Calls =
      detail::CallsOfSupervisor<supervision::StartChild, supervision::StartFromTemplate,
                                supervision::RestartChild, supervision::TerminateChild,
                                supervision::DeleteChild, supervision::ChangeSpec, supervision::WhichChildren,
                                supervision::CountChildren, supervision::GetChildspec>;
};

// Why it is not so: what the supervisor has answered, or why there is no answer.
struct SupervisorError {
  std::variant<ChildError, CallError> why;

  // result.error().is(ChildError::Kind::already_started)
  bool is(ChildError::Kind kind) const {
    const auto* error = std::get_if<ChildError>(&why);
    return error && error->kind == kind;
  }
  bool is(CallError::Kind kind) const {
    const auto* error = std::get_if<CallError>(&why);
    return error && error->kind == kind;
  }
};

std::string to_string(const SupervisorError& error);

class Supervisor {
 public:
  template <class T>
  using Result = std::expected<T, SupervisorError>;
  using Timeout = std::chrono::nanoseconds;

  // The root.
  Supervisor() : Supervisor(std::string_view()) {}
  // One below it, by its name: its path, as in "sessions" or "shop/sessions".
  explicit Supervisor(std::string_view name) : ref_(name) {}

  const std::string& name() const { return ref_.name(); }
  // noproc if it does not run just now.
  std::expected<Pid, SendError> pid() const { return ref_.pid(); }

  // {ok, Child}; {ok, Child, Info}; {ok, undefined}: a Pid that is nobody's. Under a dynamic supervisor each
  // one is new whatever its id, and its name is made from both.
  Result<Started> start_child(const ChildSpec& spec, Timeout timeout = infinity) const;
  // simple_one_for_one: a child of the template, with further arguments.
  Result<Started> start_child(std::vector<std::string> arguments, Timeout timeout = infinity) const;
  Result<Started> start_child(std::initializer_list<std::string> arguments, Timeout timeout = infinity) const;

  // ok too if it does not run; then it is not started again either, if that was about to be.
  Result<void> terminate_child(const ChildName& child, Timeout timeout = infinity) const;
  // One that is down, from its spec.
  Result<Started> restart_child(const std::string& id, Timeout timeout = infinity) const;
  // The spec of one that is down.
  Result<void> delete_child(const std::string& id, Timeout timeout = infinity) const;

  // The last started first.
  Result<std::vector<ChildInfo>> which_children(Timeout timeout = infinity) const;
  Result<ChildCounts> count_children(Timeout timeout = infinity) const;
  Result<ChildSpec> get_childspec(const ChildName& child, Timeout timeout = infinity) const;

  // What code_change does to a supervisor: other flags and specs from now on. Nothing is started or stopped;
  // children that the new spec does not know stay, behind those that it does.
  Result<void> change_spec(const SupervisorSpec& spec, Timeout timeout = infinity) const;

 private:
  Ref<SupervisorApi> ref_;
};

}  // namespace ninelives
