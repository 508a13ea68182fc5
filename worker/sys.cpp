#include <ninelives/sys.hpp>

namespace ninelives::sys {
namespace {

template <class Request>
std::expected<void, CallError> tell(const Server& server, const Request& request,
                                    std::chrono::nanoseconds timeout) {
  auto reply = server.ask(request, timeout);
  if (!reply) return std::unexpected(std::move(reply.error()));
  return {};
}

template <class Answer, class Request>
std::expected<Answer, CallError> ask(const Server& server, const Request& request,
                                     std::chrono::nanoseconds timeout) {
  auto reply = server.ask(request, timeout);
  if (!reply) return std::unexpected(std::move(reply.error()));
  return detail::decoded_reply<Answer>(*reply);
}

}  // namespace

std::expected<Status, CallError> get_status(const Server& server, std::chrono::nanoseconds timeout) {
  return ask<Status>(server, GetStatus{}, timeout);
}

std::expected<Statistics, CallError> statistics(const Server& server, std::chrono::nanoseconds timeout) {
  return ask<Statistics>(server, GetStatistics{}, timeout);
}

std::expected<void, CallError> suspend(const Server& server, std::chrono::nanoseconds timeout) {
  return tell(server, Suspend{}, timeout);
}

std::expected<void, CallError> resume(const Server& server, std::chrono::nanoseconds timeout) {
  return tell(server, Resume{}, timeout);
}

std::expected<void, CallError> trace(const Server& server, bool on, std::chrono::nanoseconds timeout) {
  return tell(server, Trace{on}, timeout);
}

std::expected<void, CallError> change_code(const Server& server, std::string from, std::string extra,
                                           std::chrono::nanoseconds timeout) {
  return tell(server, ChangeCode{std::move(from), std::move(extra)}, timeout);
}

// The request is never answered: its caller hears the end, and the reason.
std::expected<void, CallError> stop(const Server& server, ExitReason reason,
                                    std::chrono::nanoseconds timeout) {
  auto reply = server.ask(Terminate{reason}, timeout);
  if (reply) return {};
  CallError& error = reply.error();
  if (error.kind == CallError::Kind::down && error.reason == reason) return {};
  return std::unexpected(std::move(error));
}

}  // namespace ninelives::sys
