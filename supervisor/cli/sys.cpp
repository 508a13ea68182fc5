// What the shell asks of any server: the verbs of sys(3). Each is a call of its own kind, which a server
// answers whatever its protocol; ipc/sys.hpp has the messages.
#include <csignal>
#include <iostream>

#include <ninelives/ipc/sys.hpp>

#include "supervisor/cli/client.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/json_bridge.hpp"
#include "supervisor/cli/json_output.hpp"
#include "supervisor/cli/node_view.hpp"

namespace ninelives::supervisor {
namespace {

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// A server, and the way to it.
class Asked {
 public:
  static std::expected<Asked, std::string> find(const ServerOptions& options) {
    auto client = Client::attach(options.node);
    if (!client) return std::unexpected(std::move(client.error()));
    auto to = find_name(client->table(), options.server);
    if (!to) return std::unexpected(std::move(to.error()));
    return Asked(std::move(*client), *to, options.timeout);
  }

  // The reply's bytes are valid until the next one.
  template <class Request>
  std::expected<std::string_view, std::string> ask(const Request& request) const {
    return client_.call(to_, wire_id<Request>, to_bytes(request), timeout_, ipc::Kind::system);
  }
  template <class Request>
  int tell(const Request& request) const {
    const auto reply = ask(request);
    return reply ? exit_ok : fail(exit_failed, reply.error());
  }

  ipc::Endpoint& endpoint() const { return client_.endpoint(); }
  const ipc::Owner& to() const { return to_; }
  std::chrono::nanoseconds timeout() const { return timeout_; }

 private:
  Asked(Client client, const ipc::Owner& to, std::chrono::nanoseconds timeout)
      : client_(std::move(client)), to_(to), timeout_(timeout) {}

  Client client_;
  ipc::Owner to_;
  std::chrono::nanoseconds timeout_;
};

template <class Request>
int tell(const ServerOptions& options, const Request& request) {
  const auto asked = Asked::find(options);
  return asked ? asked->tell(request) : fail(exit_failed, asked.error());
}

int print_json(std::string_view msgpack) {
  const auto json = json_from_msgpack(msgpack);
  if (!json) return fail(exit_failed, "the reply is no msgpack: " + json.error());
  std::cout << *json << '\n';
  return exit_ok;
}

// ---- trace

std::string in_words(const sys::TraceEvent& event) {
  const bool comes_in = event.direction == sys::TraceEvent::Direction::in;
  std::string line = (comes_in ? "in   " : "out  ") + event.kind;
  if (!event.message.empty()) line += ' ' + event.message;
  const auto json = event.payload.empty() ? std::expected<std::string, std::string>("")
                                          : json_from_msgpack(text_of(event.payload));
  if (!json || !json->empty()) line += ' ' + json.value_or("...");
  if (event.peer) line += (comes_in ? "  from " : "  to ") + to_string(event.peer);
  if (event.lost > 0) line += "  (" + std::to_string(event.lost) + " before this are lost)";
  return line;
}

volatile std::sig_atomic_t interrupted = 0;

// SIGINT ends the trace and not the command: the server is to be told.
void catch_interrupt() {
  struct sigaction action{};
  action.sa_handler = [](int) { interrupted = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

// Prints what comes until it is enough, the server ends, or somebody interrupts.
int print_events(const Asked& asked, const TraceOptions& options) {
  ipc::Endpoint& endpoint = asked.endpoint();
  const Slot slot = asked.to().slot;
  const std::uint64_t monitor = endpoint.monitor({slot, endpoint.table().state(slot).incarnation});
  std::size_t left = options.count;
  while (!interrupted && (options.count == 0 || left > 0)) {
    const ipc::Received* received = endpoint.next();
    if (!received) {
      endpoint.wait(ipc::deadline_after(std::chrono::milliseconds(200)));  // to see an interrupt
      if (endpoint.node_is_down()) return fail(exit_failed, "the node has ended");
      continue;
    }
    if (received->kind == ipc::Kind::down && received->ref == monitor) {
      return fail(exit_failed, '"' + options.server.server + "\" has ended: " + to_string(received->reason));
    }
    if (received->kind != ipc::Kind::info || received->message != wire_id<sys::TraceEvent>) continue;
    const auto event = from_bytes<sys::TraceEvent>(received->payload);
    if (!event) return fail(exit_failed, "the trace comes in another version: " + event.error());
    std::cout << in_words(*event) << std::endl;
    --left;
  }
  return exit_ok;
}

}  // namespace

int state(const StateOptions& options) {
  const auto asked = Asked::find(options.server);
  if (!asked) return fail(exit_failed, asked.error());
  if (!options.replace) {
    const auto state = asked->ask(sys::GetState{});
    return state ? print_json(*state) : fail(exit_failed, state.error());
  }
  const auto replaced = msgpack_from_json(*options.replace);
  if (!replaced) return fail(exit_usage, "the state's JSON is faulty: " + replaced.error());
  return asked->tell(sys::ReplaceState{bytes_of(*replaced)});
}

int suspend(const ServerOptions& options) { return tell(options, sys::Suspend{}); }
int resume(const ServerOptions& options) { return tell(options, sys::Resume{}); }

int statistics(const ServerOptions& options) {
  const auto asked = Asked::find(options);
  if (!asked) return fail(exit_failed, asked.error());
  const auto statistics = asked->ask(sys::GetStatistics{});
  return statistics ? print_json(*statistics) : fail(exit_failed, statistics.error());
}

int change_code(const ChangeCodeOptions& options) {
  return tell(options.server, sys::ChangeCode{options.from, options.extra});
}

// The server does not answer: that it has ended for the reason that it was given is the answer.
int terminate(const TerminateOptions& options) {
  const auto asked = Asked::find(options.server);
  if (!asked) return fail(exit_failed, asked.error());
  const ExitReason reason = options.reason.empty() ? ExitReason::normal() : ExitReason::error(options.reason);
  const auto reply =
      asked->endpoint().call(asked->to(), wire_id<sys::Terminate>, to_bytes(sys::Terminate{reason}),
                             asked->timeout(), ipc::Kind::system);
  if (reply) return fail(exit_failed, "it has answered instead of ending");
  const CallError& error = reply.error();
  if (error.kind == CallError::Kind::down && error.reason == reason) return exit_ok;
  return fail(exit_failed, std::string(to_string(error.kind)) + ": " + error.text);
}

int trace(const TraceOptions& options) {
  const auto asked = Asked::find(options.server);
  if (!asked) return fail(exit_failed, asked.error());
  catch_interrupt();
  if (const int failed = asked->tell(sys::Trace{true}); failed != exit_ok) return failed;
  const int code = print_events(*asked, options);
  if (code == exit_ok) (void)asked->ask(sys::Trace{false});
  return code;
}

}  // namespace ninelives::supervisor
