// What handles do, by the process of the thread that they are used in; and what a tracer sees of it.
#include <array>

#include <ninelives/detail/sending.hpp>
#include <ninelives/timeout.hpp>

#include "worker/process.hpp"

namespace ninelives::detail {
namespace {

using Direction = sys::TraceEvent::Direction;

SendError no_node() {
  return {
      SendError::Kind::noproc,
      "this thread is no process of a node: a worker is one by serve(), any other program by Node::attach()"};
}

std::string bytes_of(const ipc::Payload& payload) {
  std::string bytes(payload.size(), '\0');
  payload.write_to(bytes.data());
  return bytes;
}

void trace_out(Process& process, std::string_view kind, Target& target, const MessageType& message,
               const ipc::Payload& payload) {
  if (process.tracers().empty()) return;
  const Pid to = process.whereis(target).value_or(Pid{});
  process.tracers().tell(process, Direction::out, kind, message.name, to, bytes_of(payload));
}

std::expected<void, SendError> send(Target& target, ipc::Kind kind, const MessageType& message,
                                    const ipc::Payload& payload, std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return std::unexpected(no_node());
  trace_out(*process, kind == ipc::Kind::cast ? "cast" : "info", target, message, payload);
  return process->send(target, kind, message, payload, timeout);
}

}  // namespace

Pid self() {
  const Process* process = Process::current();
  return process ? process->self() : Pid{};
}

std::span<char> encoding_room() {
  thread_local std::array<char, ipc::inline_max> room;
  return room;
}

std::expected<std::string_view, CallError> call(Target& target, Asks asks, const MessageType& message,
                                                const ipc::Payload& payload,
                                                std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return std::unexpected(to_call_error(no_node()));
  trace_out(*process, "call", target, message, payload);
  auto reply = process->call(target, asks, message, payload, timeout);
  if (!process->tracers().empty() && reply) {
    const Pid from = process->whereis(target).value_or(Pid{});
    process->tracers().tell(*process, Direction::in, "reply", message.name, from, *reply);
  }
  return reply;
}

std::expected<void, SendError> cast(Target& target, const MessageType& message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout) {
  return send(target, ipc::Kind::cast, message, payload, timeout);
}

std::expected<void, SendError> info(Target& target, const MessageType& message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout) {
  return send(target, ipc::Kind::info, message, payload, timeout);
}

std::expected<Pid, SendError> whereis_pid(Target& target) {
  Process* process = Process::current();
  if (!process) return std::unexpected(no_node());
  return process->whereis(target);
}

// ---- requests. A thread that is no process has none: number 0 is a request that has failed.

std::uint64_t send_request(Target& target, const MessageType& message, const ipc::Payload& payload,
                           std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return 0;
  trace_out(*process, "call", target, message, payload);
  return process->send_request(target, message, payload, timeout);
}

std::uint64_t add_failed_request(CallError error) {
  Process* process = Process::current();
  return process ? process->add_failed_request(std::move(error)) : 0;
}

std::optional<ReplyBytes> wait_response(std::uint64_t request, std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return std::unexpected(to_call_error(no_node()));
  if (request == 0) {
    return std::unexpected(CallError{CallError::Kind::noproc, "the outcome of this request was taken"});
  }
  return process->wait_response(request, timeout);
}

std::optional<std::uint64_t> wait_any(std::span<const std::uint64_t> requests,
                                      std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  if (!process) return requests.empty() ? std::nullopt : std::optional(requests.front());
  return process->wait_any(requests, timeout);
}

void abandon(std::uint64_t request) {
  if (Process* process = Process::current()) process->abandon(request);
}

std::optional<ExitReason> await_end(const Pid& pid, std::chrono::nanoseconds timeout) {
  Process* process = Process::current();
  return process ? process->await_end(pid, timeout) : ExitReason::noproc();
}

// ---- replies

// The caller listens to the server that it has called and to nobody else; so whoever answers for that server
// does so through it.
void send_reply(const Caller& caller, std::string_view payload) {
  Process* process = Process::current();
  if (!process) return;
  if (!process->tracers().empty()) {
    process->tracers().tell(*process, Direction::out, "reply", "", caller.pid, payload);
  }
  if (caller.server == process->self()) {
    process->reply(caller.pid, ipc::Kind::reply, caller.ref, payload);
    return;
  }
  const std::string forward = to_bytes(ipc::Forward{caller.pid, caller.ref, std::string(payload)});
  (void)process->send(caller.server, {.kind = ipc::Kind::forward, .payload = forward}, default_timeout);
}

}  // namespace ninelives::detail
