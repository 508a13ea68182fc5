// What can be asked of every server, whatever its protocol: OTP's sys(3). For a running server these are
// calls, and wait behind the messages before them; a suspended one answers at once. What a server does that
// is stuck in a callback is told by `ninelives status`, which asks nobody.
//
//   auto state = sys::get_state<KvState>("kv");
//
// Whom: a name, or a Pid. Everything ends in a value or a CallError: `bad_message` with the server's own
// words where it cannot do what it was asked for.
#pragma once
#include <chrono>
#include <expected>
#include <string>
#include <string_view>

#include <ninelives/detail/sending.hpp>
#include <ninelives/ipc/sys.hpp>
#include <ninelives/timeout.hpp>

namespace ninelives::sys {

class Server {
 public:
  Server(const char* name) : Server(std::string_view(name)) {}
  Server(std::string_view name) : target_{.name = std::string(name)} {}
  Server(const std::string& name) : Server(std::string_view(name)) {}
  Server(const Pid& life) : target_{.life = life} {}

  template <class Request>
  std::expected<std::string, CallError> ask(const Request& request, std::chrono::nanoseconds timeout) const {
    const auto reply = detail::call(target_, detail::Asks::sys, detail::message_type<Request>,
                                    detail::encoded(request), timeout);
    if (!reply) return std::unexpected(std::move(reply.error()));
    return std::string(*reply);
  }

 private:
  mutable detail::Target target_;
};

template <class State>
std::expected<State, CallError> get_state(const Server& server,
                                          std::chrono::nanoseconds timeout = default_timeout) {
  auto bytes = server.ask(GetState{}, timeout);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return detail::decoded_reply<State>(*bytes);
}
// The whole state at once; where it does not fit, the old one stays.
template <class State>
std::expected<void, CallError> replace_state(const Server& server, const State& state,
                                             std::chrono::nanoseconds timeout = default_timeout) {
  const std::string bytes = to_bytes(state);
  const auto view = std::as_bytes(std::span(bytes));
  auto replaced = server.ask(ReplaceState{{view.begin(), view.end()}}, timeout);
  if (!replaced) return std::unexpected(std::move(replaced.error()));
  return {};
}

std::expected<Status, CallError> get_status(const Server& server,
                                            std::chrono::nanoseconds timeout = default_timeout);
std::expected<Statistics, CallError> statistics(const Server& server,
                                                std::chrono::nanoseconds timeout = default_timeout);

// Suspended, a server takes these requests, links, exit signals and its supervisor's stop; all else waits in
// its mailbox, and is handled after the resume, also what its caller has given up.
std::expected<void, CallError> suspend(const Server& server,
                                       std::chrono::nanoseconds timeout = default_timeout);
std::expected<void, CallError> resume(const Server& server,
                                      std::chrono::nanoseconds timeout = default_timeout);

// The calling process gets a TraceEvent as an info for each message in and out; it has to declare them.
std::expected<void, CallError> trace(const Server& server, bool on,
                                     std::chrono::nanoseconds timeout = default_timeout);

// Of a server that is suspended.
std::expected<void, CallError> change_code(const Server& server, std::string from, std::string extra = {},
                                           std::chrono::nanoseconds timeout = default_timeout);

// gen_server:stop: terminate() and the end, for that reason. Returns when it has ended; the error, if it was
// for another reason (`down`), or not in time: then it was asked, and may end later.
std::expected<void, CallError> stop(const Server& server, ExitReason reason = ExitReason::normal(),
                                    std::chrono::nanoseconds timeout = infinity);

}  // namespace ninelives::sys
