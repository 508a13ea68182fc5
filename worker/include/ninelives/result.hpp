// What a callback of a server decides: gen_server's {reply, ...}, {noreply, ...}, {stop, ...}, made by
// functions of these names. All of them are values.
//
//   return reply(42);                             answer, and go on
//   return reply(42, timeout(30s));               the same, with an inactivity time-out
//   return noreply(continue_with(Load{path}));    no answer now; handle_continue(Load) runs next
//   return stop(ExitReason::normal(), 42);        answer, and end
#pragma once
#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <ninelives/detail/local.hpp>
#include <ninelives/ipc/exit_reason.hpp>
#include <ninelives/timeout.hpp>

namespace ninelives {

// What comes after a callback, besides the next message: nothing, an inactivity time-out, or a continue.
class Next {
 public:
  Next() = default;

  std::chrono::nanoseconds timeout() const { return timeout_; }
  const detail::Local& continuation() const { return continuation_; }

 private:
  friend Next timeout(std::chrono::nanoseconds idle);
  friend class GenServerBase;

  std::chrono::nanoseconds timeout_ = infinity;
  detail::Local continuation_;
};

// If no message comes for so long: handle_info(Timeout). Any message cancels it, and it holds for this once:
// who wants another returns another. A message that waits already comes first, also if it is 0.
[[nodiscard]] inline Next timeout(std::chrono::nanoseconds idle) {
  Next next;
  next.timeout_ = idle;
  return next;
}

template <class R>
struct Reply {
  R value;
  Next next = {};
};
template <>
struct Reply<void> {
  Next next = {};
};
struct NoReply {
  Next next = {};
};
struct Stop {
  ExitReason reason;
};
template <class R>
struct StopReply {
  ExitReason reason;
  R value;
};
template <>
struct StopReply<void> {
  ExitReason reason;
};

[[nodiscard]] inline Reply<void> reply() { return {}; }
[[nodiscard]] inline Reply<void> reply(Next next) { return {std::move(next)}; }
template <class R>
  requires(!std::same_as<std::decay_t<R>, Next>)
[[nodiscard]] Reply<std::decay_t<R>> reply(R&& value, Next next = {}) {
  return {std::forward<R>(value), std::move(next)};
}
// No reply now; for a cast or an info: go on.
[[nodiscard]] inline NoReply noreply(Next next = {}) { return {std::move(next)}; }
// End with this reason, after terminate(); of init: it cannot be started, for this reason.
[[nodiscard]] inline Stop stop(ExitReason reason = ExitReason::normal()) { return {std::move(reason)}; }
// The same, and answer: the caller sees the reply and not the end. Of a void call: stop(reason, reply()).
[[nodiscard]] inline StopReply<void> stop(ExitReason reason, const Reply<void>&) {
  return {std::move(reason)};
}
template <class R>
  requires(!std::same_as<std::decay_t<R>, Reply<void>>)
[[nodiscard]] StopReply<std::decay_t<R>> stop(ExitReason reason, R&& value) {
  return {std::move(reason), std::forward<R>(value)};
}

// Of init: the server runs, and whoever has asked for its start gets `info`: {ok, Pid, Info}.
struct OkInfo {
  std::string info = {};
  Next next = {};
};
[[nodiscard]] inline NoReply ok(Next next = {}) { return {std::move(next)}; }
[[nodiscard]] inline OkInfo ok(std::string info, Next next = {}) {
  return {std::move(info), std::move(next)};
}
// Of init: there is nothing to do, and so no server. For its supervisor the start has succeeded: the child is
// down, and no start is tried again.
struct Ignore {};
[[nodiscard]] inline Ignore ignore() { return {}; }

// ---- what a callback returns that may decide one way or another

// Of handle_call.
template <class R>
struct [[nodiscard]] CallResult {
  std::optional<R> reply;
  std::optional<ExitReason> stop;
  Next next;

  template <std::convertible_to<R> T>
  CallResult(Reply<T> r) : reply(std::move(r.value)), next(std::move(r.next)) {}
  CallResult(NoReply r) : next(std::move(r.next)) {}
  CallResult(Stop s) : stop(std::move(s.reason)) {}
  template <std::convertible_to<R> T>
  CallResult(StopReply<T> s) : reply(std::move(s.value)), stop(std::move(s.reason)) {}
};
template <>
struct [[nodiscard]] CallResult<void> {
  bool reply = false;
  std::optional<ExitReason> stop;
  Next next;

  CallResult(Reply<void> r) : reply(true), next(std::move(r.next)) {}
  CallResult(NoReply r) : next(std::move(r.next)) {}
  CallResult(Stop s) : stop(std::move(s.reason)) {}
  CallResult(StopReply<void> s) : reply(true), stop(std::move(s.reason)) {}
};

// Of handle_cast, handle_info and handle_continue.
struct [[nodiscard]] Result {
  std::optional<ExitReason> stop;
  Next next;

  Result(NoReply r) : next(std::move(r.next)) {}
  Result(Stop s) : stop(std::move(s.reason)) {}
};

// Of init.
struct [[nodiscard]] InitResult {
  std::optional<ExitReason> stop;  // with `ignored`: in order
  std::string info;
  Next next;

  InitResult(OkInfo r) : info(std::move(r.info)), next(std::move(r.next)) {}
  InitResult(NoReply r) : next(std::move(r.next)) {}
  InitResult(Ignore) : stop(ExitReason::ignored()) {}
  InitResult(Stop s) : stop(std::move(s.reason)) {}
};

}  // namespace ninelives
