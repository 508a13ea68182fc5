// A GenServer: callbacks over a pure core, in an OS process of its own. What a user writes:
//
//   class Kv : public ninelives::GenServer<KvApi> {
//    public:
//     std::optional<std::string> handle_call(const Get& get) { return store_.get(get.key); }
//     void handle_cast(Put&& put) { store_.put(std::move(put.key), std::move(put.value)); }
//    private:
//     Store store_;
//   };
//   int main(int argc, char** argv) { return ninelives::serve<Kv>(argc, argv); }     // <ninelives/serve.hpp>
//
// Callbacks, all of them on the process's one thread, one message at a time:
//   init()                              void, or an InitResult: ok(), ok(info), ignore() or stop(reason).
//                                       Optional.
//   handle_call(const M&)               for each M in Calls: the reply, or a CallResult<Reply>
//   handle_call(const M&, From<Reply>)  the same, where the reply may come later
//   handle_cast(const M&)               for each M in Casts: void, or a Result
//   handle_info(const M&)               for each M in Infos: void, or a Result
//   handle_info(const Down&)            if the server monitors somebody
//   terminate(const ExitReason&)        in the end, whatever the reason. Optional. Not called on kill -9, as
//   in OTP.
// A message may be taken as `M&&` too: the decoded copy is the callback's own. An exception that leaves a
// callback is the server's exit reason; its supervisor decides what follows.
#pragma once
#include <concepts>
#include <optional>
#include <string>
#include <utility>

#include <ninelives/ipc/exit_reason.hpp>
#include <ninelives/ref.hpp>

namespace ninelives {

// ---- what a callback decides

template <class R>
struct Reply {
  R value;
};
template <>
struct Reply<void> {};
struct NoReply {};
struct Stop {
  ExitReason reason;
};
template <class R>
struct StopReply {
  ExitReason reason;
  R value;
};

inline Reply<void> reply() { return {}; }
template <class R>
Reply<std::decay_t<R>> reply(R&& value) {
  return {std::forward<R>(value)};
}
// No reply now; for a cast or an info: go on.
inline NoReply noreply() { return {}; }
inline NoReply ok() { return {}; }
// Of init: the server runs, and whoever has asked for its start gets this text: {ok, Pid, Info}.
struct OkInfo {
  std::string info;
};
inline OkInfo ok(std::string info) { return {std::move(info)}; }
// Of init: there is nothing to do, and so no server. For its supervisor the start has succeeded: the child is
// down, and no start is tried again.
struct Ignore {};
inline Ignore ignore() { return {}; }
// End in order with this reason, after terminate(); of init: it cannot be started, for this reason.
inline Stop stop(ExitReason reason = ExitReason::normal()) { return {std::move(reason)}; }
// The same, and answer: the caller sees the reply and not the end.
template <class R>
StopReply<std::decay_t<R>> stop(ExitReason reason, R&& value) {
  return {std::move(reason), std::forward<R>(value)};
}

// What handle_call decides, made from any of the above, so that one function can return all of them.
template <class R>
struct [[nodiscard]] CallResult {
  std::optional<R> reply;
  std::optional<ExitReason> stop;

  template <std::convertible_to<R> T>
  CallResult(Reply<T> r) : reply(std::move(r.value)) {}
  CallResult(NoReply) {}
  CallResult(Stop s) : stop(std::move(s.reason)) {}
  template <std::convertible_to<R> T>
  CallResult(StopReply<T> s) : reply(std::move(s.value)), stop(std::move(s.reason)) {}
};
template <>
struct [[nodiscard]] CallResult<void> {
  bool reply = false;
  std::optional<ExitReason> stop;

  CallResult(Reply<void>) : reply(true) {}
  CallResult(NoReply) {}
  CallResult(Stop s) : stop(std::move(s.reason)) {}
};

// What handle_cast and handle_info decide.
struct [[nodiscard]] Result {
  std::optional<ExitReason> stop;

  Result(NoReply) {}
  Result(Stop s) : stop(std::move(s.reason)) {}
};

// What init decides.
struct [[nodiscard]] InitResult {
  std::optional<ExitReason> stop;  // with `ignored`: in order
  std::string info;

  InitResult(NoReply) {}
  InitResult(OkInfo ok) : info(std::move(ok.info)) {}
  InitResult(Ignore) : stop(ExitReason::ignored()) {}
  InitResult(Stop s) : stop(std::move(s.reason)) {}
};

// ---- whom to answer

namespace detail {
struct Caller {
  Pid pid;
  std::uint64_t ref = 0;
};
void send_reply(const Caller& caller, std::string_view payload);
constexpr std::string_view nil = "\xc0";  // the reply of a void call, in msgpack
}  // namespace detail

// A value: keep it, copy it, answer later. To answer twice does no harm, the second is not seen; to answer a
// caller that has given up does none either.
template <class R>
class From {
 public:
  From() = default;
  explicit From(const detail::Caller& caller) : caller_(caller) {}

  const Pid& pid() const { return caller_.pid; }
  void reply(const R& value) const { detail::send_reply(caller_, to_bytes(value)); }

 private:
  detail::Caller caller_;
};
template <>
class From<void> {
 public:
  From() = default;
  explicit From(const detail::Caller& caller) : caller_(caller) {}

  const Pid& pid() const { return caller_.pid; }
  void reply() const { detail::send_reply(caller_, detail::nil); }

 private:
  detail::Caller caller_;
};

// ---- monitors

struct MonitorRef {
  std::uint64_t number = 0;
  friend bool operator==(const MonitorRef&, const MonitorRef&) = default;
};

// erlang:monitor/2's message: that life is over. Comes exactly once, after the last message of that life.
struct Down {
  MonitorRef ref;
  Pid pid;
  ExitReason reason;
};

// ---- the base of every server

// What a server can do besides answering. No template, so that it needs no `this->` in servers that are
// templates.
class GenServerBase {
 public:
  GenServerBase(const GenServerBase&) = delete;
  GenServerBase& operator=(const GenServerBase&) = delete;

 protected:
  GenServerBase() = default;
  ~GenServerBase() = default;

  static Pid self();
  // A Down with this ref reaches handle_info when that life is over; at once, with noproc, if there is none.
  static MonitorRef monitor(const Pid& pid);
  template <Protocol P>
  static MonitorRef monitor(const Ref<P>& server) {
    return monitor(server.pid().value_or(Pid{}));
  }
  // After it has returned, no Down with this ref comes any more.
  static void demonitor(MonitorRef ref);
};

template <Protocol P>
class GenServer : public GenServerBase, public P {
 public:
  using Api = P;
};

}  // namespace ninelives
