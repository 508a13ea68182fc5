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
// What a server says to itself is not part of its protocol; it is declared beside it:
//
//   class Metrics : public ninelives::GenServer<MetricsApi, ninelives::Timers<Tick>,
//                                               ninelives::Continues<Load>>
//
// Callbacks, all of them on the process's one thread, one message at a time:
//   init()                              void, or an InitResult: ok(...), ignore() or stop(reason). Optional.
//   handle_call(const M&)               for each M in Calls: the reply, or a CallResult<Reply>
//   handle_call(const M&, From<Reply>)  the same, where the reply may come later
//   handle_cast(const M&)               for each M in Casts: void, or a Result
//   handle_info(const M&)               for each M in Infos and in Timers: void, or a Result
//   handle_info(const Down&)            if the server monitors somebody
//   handle_info(const Exit&)            if it traps exits
//   handle_info(const Timeout&)         if it returns timeout(...)
//   handle_info(const Response&)        if it sends requests and takes their responses later
//   handle_continue(const M&)           for each M in Continues: void, or a Result
//   terminate(const ExitReason&)        when a callback has stopped the server or thrown, and when its
//                                       supervisor or stop() ends it. Optional. Not called, as in OTP, when
//                                       an exit signal or kill -9 ends it.
//   code_change(from, extra)            for sys::change_code: both std::string; void, or a Result. Optional.
//   state()                             gives a reference to what sys::get_state shows; or the server itself
//                                       is described, with BOOST_DESCRIBE_CLASS inside of it. Optional.
//   format_status() const               gives what is shown instead where the state must not be. Optional.
// A message may be taken as `M&&` too: the decoded copy is the callback's own. An exception that leaves a
// callback is the server's exit reason; its supervisor decides what follows. What a sender does wrong is
// refused or dropped, and never ends the server.
#pragma once
#include <boost/mp11.hpp>
#include <chrono>
#include <expected>
#include <optional>
#include <string_view>
#include <utility>

#include <ninelives/from.hpp>
#include <ninelives/ref.hpp>
#include <ninelives/result.hpp>
#include <ninelives/signals.hpp>

namespace ninelives {

// What a server sends to itself after a while: it arrives at handle_info. Any types; they are never sent to
// another process.
template <class... Messages>
struct Timers;

// What a server does right after a callback, before any message: it arrives at handle_continue. Any types.
template <class... Messages>
struct Continues;

namespace detail {

template <class List>
struct TimersIn {
  using type = boost::mp11::mp_list<>;
};
template <class... M>
struct TimersIn<Timers<M...>> {
  using type = boost::mp11::mp_list<M...>;
};
template <class List>
struct ContinuesIn {
  using type = boost::mp11::mp_list<>;
};
template <class... M>
struct ContinuesIn<Continues<M...>> {
  using type = boost::mp11::mp_list<M...>;
};
template <class List>
inline constexpr bool is_own_list = false;
template <class... M>
inline constexpr bool is_own_list<Timers<M...>> = true;
template <class... M>
inline constexpr bool is_own_list<Continues<M...>> = true;

// When to send what, and to whom.
struct TimerOrder {
  std::chrono::nanoseconds delay = {};
  std::chrono::nanoseconds period = {};  // 0: once
  std::string_view name = {};            // replaces the timer that has this name
  Local message = {};                    // to the server itself
  Target to = {};                        // else an info to somebody else, in bytes
  MessageType type = {};
  std::string payload = {};
};

}  // namespace detail

// Can a server declared with these lists send M to itself?
template <class M, class P, class... Own>
concept DeclaresTimer =
    DeclaresInfo<P, M> ||
    boost::mp11::mp_contains<boost::mp11::mp_append<typename detail::TimersIn<Own>::type...>, M>::value;
template <class M, class... Own>
concept DeclaresContinue =
    boost::mp11::mp_contains<boost::mp11::mp_append<typename detail::ContinuesIn<Own>::type...>, M>::value;

// What a server can do besides answering. No template, so that it needs no `this->` in servers that are
// templates. For the server's own thread, and nowhere but in its callbacks.
class GenServerBase {
 public:
  GenServerBase(const GenServerBase&) = delete;
  GenServerBase& operator=(const GenServerBase&) = delete;

 protected:
  GenServerBase() = default;
  ~GenServerBase() = default;

  static Pid self();
  // CLOCK_MONOTONIC; in a unit test, the time of its node.
  static std::chrono::steady_clock::time_point now();

  // ---- monitors. On any process of the node, programs too. Each call makes one more.

  // A Down with this ref reaches handle_info when that life is over; with noproc if it is already.
  static MonitorRef monitor(const Pid& pid);
  template <Protocol P>
  static MonitorRef monitor(const Ref<P>& server) {
    return monitor(server.pid().value_or(Pid{}));
  }
  // After it has returned, no Down with this ref comes any more: demonitor(Ref, [flush]).
  static void demonitor(MonitorRef ref);

  // ---- links and exit signals. Those between two processes arrive in order; one takes effect between two
  // callbacks.

  // From now on, when one of the two ends, the other hears an exit signal with its reason. There is one link
  // between two processes, however often it is made. If `pid` has ended: an exit signal with noproc. The
  // error: it cannot be told, as its mailbox is full, or it is a program and has none.
  static std::expected<void, SendError> link(const Pid& pid);
  // After it has returned, no exit signal of that link comes any more.
  static void unlink(const Pid& pid);
  // Exit signals become infos from now on, except a kill. Returns what was so before.
  static bool trap_exit(bool trap);
  // An exit signal to `pid`, which may be this server: ends it with this reason if it does not trap exits; a
  // `normal` one does so only to the server itself. Nothing happens to whoever has ended.
  static void exit(const Pid& pid, ExitReason reason);
  // exit(Pid, kill): ends at once, whatever it does; its reason is `killed`, and that is what its links and
  // monitors hear. Asks its supervisor for it; the error: that cannot be reached.
  static std::expected<void, SendError> kill(const Pid& pid);

  // ---- timers: send_after of the servers

  // What was left of its time; nothing if there is no such timer (any more). After it has returned, the
  // timer's message does not come.
  static std::optional<std::chrono::nanoseconds> cancel_timer(TimerRef timer);
  static std::optional<std::chrono::nanoseconds> cancel_timer(std::string_view name);

  static TimerRef start_timer(detail::TimerOrder order);
  static Next next(detail::Local continuation) {
    Next next;
    next.continuation_ = std::move(continuation);
    return next;
  }
};

template <Protocol P, class... Own>
class GenServer : public GenServerBase, public P {
  static_assert((detail::is_own_list<Own> && ...),
                "behind its protocol, a server has Timers<...> and Continues<...> and nothing else");

 public:
  using Api = P;
  using OwnTimers = boost::mp11::mp_append<boost::mp11::mp_list<>, typename detail::TimersIn<Own>::type...>;
  using OwnContinues =
      boost::mp11::mp_append<boost::mp11::mp_list<>, typename detail::ContinuesIn<Own>::type...>;

 protected:
  // handle_continue(message) runs when the callback has returned, before any message, and after a caller or a
  // supervisor has been answered: noreply(continue_with(Load{})).
  template <class M>
    requires DeclaresContinue<std::remove_cvref_t<M>, Own...>
  [[nodiscard]] static Next continue_with(M&& message) {
    return next(detail::Local(std::forward<M>(message)));
  }

  // handle_info(message) runs after `delay`. A timer that is due comes before messages that wait.
  template <class M>
    requires DeclaresTimer<std::remove_cvref_t<M>, P, Own...>
  static TimerRef send_after(std::chrono::nanoseconds delay, M&& message) {
    return start_timer({.delay = delay, .message = detail::Local(std::forward<M>(message))});
  }
  // The same for another server, whose handle_info it is then.
  template <Protocol Q, class M>
    requires DeclaresInfo<Q, M>
  static TimerRef send_after(std::chrono::nanoseconds delay, const Ref<Q>& to, const M& message) {
    return start_timer(
        {.delay = delay, .to = to.target(), .type = detail::message_type<M>, .payload = to_bytes(message)});
  }
  // Every `period`, counted from now and not from when it was handled: it does not drift. What falls into the
  // time of a callback that takes longer than a period is left out. A period is longer than 0.
  template <class M>
    requires DeclaresTimer<std::remove_cvref_t<M>, P, Own...>
  static TimerRef send_interval(std::chrono::nanoseconds period, M&& message) {
    return start_timer(
        {.delay = period, .period = period, .message = detail::Local(std::forward<M>(message))});
  }
  // A timer with a name: to set it again replaces it (gen_statem's {timeout, Name}).
  template <class M>
    requires DeclaresTimer<std::remove_cvref_t<M>, P, Own...>
  static TimerRef set_timer(std::string_view name, std::chrono::nanoseconds delay, M&& message) {
    return start_timer({.delay = delay, .name = name, .message = detail::Local(std::forward<M>(message))});
  }
};

}  // namespace ninelives
