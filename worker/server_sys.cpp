// sys: what a server answers about itself, whatever its protocol.
#include "worker/server.hpp"

namespace ninelives::detail {
namespace {

using ipc::Kind;

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Which of the requests it is: calls `handle` with it, decoded. What is none of them, or makes no sense, is
// said.
template <class... Requests, class Handle>
std::optional<std::string> dispatch(const ipc::Received& received, Handle handle) {
  std::optional<std::string> refusal = "not a request that every server knows";
  auto try_one = [&]<class Request>(std::type_identity<Request>) {
    if (received.message != wire_id<Request>) return false;
    auto request = from_bytes<Request>(received.payload);
    refusal =
        request ? handle(*request) : std::optional(std::string(wire_name<Request>) + ": " + request.error());
    return true;
  };
  (void)(try_one(std::type_identity<Requests>{}) || ...);
  return refusal;
}

}  // namespace

struct Server::Sys {
  using Refusal = std::optional<std::string>;

  Refusal operator()(const sys::GetState&) {
    const auto state = server.ops_.state();
    return state ? answer(*state) : Refusal(state.error());
  }
  Refusal operator()(const sys::ReplaceState& replace) {
    const auto replaced = server.ops_.replace_state(text_of(replace.state));
    return replaced ? answer(nil) : Refusal(replaced.error());
  }
  Refusal operator()(const sys::GetStatus&) { return answer(to_bytes(server.status())); }
  Refusal operator()(const sys::GetStatistics&) { return answer(to_bytes(server.process_.statistics())); }
  Refusal operator()(const sys::Suspend&) {
    server.set_suspended(true);
    return answer(nil);
  }
  Refusal operator()(const sys::Resume&) {
    server.set_suspended(false);
    return answer(nil);
  }
  Refusal operator()(const sys::Trace& trace) {
    server.tracers_.set(caller.pid, trace.on);
    return answer(nil);
  }
  // Whoever asked hears the end.
  Refusal operator()(const sys::Terminate& terminate) {
    end = terminate.reason;
    return std::nullopt;
  }
  Refusal operator()(const sys::ChangeCode& change) {
    if (!server.suspended_) return "the code of a server is changed while it is suspended";
    Outcome outcome = server.ops_.code_change(change.from, change.extra);
    // A code_change that fails leaves the server as it was.
    if (outcome.stop) return to_string(*outcome.stop);
    if (outcome.refusal) return outcome.refusal;
    return answer(nil);
  }

  Refusal answer(std::string_view payload) {
    server.process_.reply(caller.pid, Kind::reply, caller.ref, payload);
    return std::nullopt;
  }

  Server& server;
  Caller caller;
  End& end;
};

Server::End Server::on_system(const ipc::Received& received) {
  End end;
  const Caller caller{process_.self(), received.from, received.ref};
  begin(ipc::Callback::system, received.message);
  const auto refusal =
      dispatch<sys::GetState, sys::ReplaceState, sys::GetStatus, sys::GetStatistics, sys::Suspend,
               sys::Resume, sys::Trace, sys::Terminate, sys::ChangeCode>(received, Sys{*this, caller, end});
  if (refusal) process_.reply(caller.pid, Kind::refusal, caller.ref, *refusal);
  done();
  return end;
}

// To whoever traps exits, an exit signal is a message, and waits for its turn.
void Server::set_suspended(bool suspended) {
  suspended_ = suspended;
  process_.suspend(suspended, process_.trap_exit);
}

sys::Status Server::status() {
  sys::Status status{.server = std::string(ops_.type()),
                     .pid = process_.self(),
                     .suspended = suspended_,
                     .trap_exit = process_.trap_exit,
                     .links = process_.links().all(),
                     .timers = process_.timers().size()};
  if (timeout_) status.timeout = *timeout_ - process_.now();
  if (const auto state = ops_.formatted_state()) status.state = bytes_of(*state);
  return status;
}

}  // namespace ninelives::detail
