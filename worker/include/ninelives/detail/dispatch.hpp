// From bytes to callbacks and back, for one type of server. Everything that need not know the type is behind
// ServerOps, out of line in worker/.
#pragma once
#include <exception>
#include <memory>
#include <string>

#include <ninelives/genserver.hpp>

namespace ninelives::detail {

// A message as it came, not decoded yet.
struct Incoming {
  std::uint32_t message = 0;
  std::string_view payload;
  Caller caller;  // of a call
};

// What came of a callback. At most one of reply and refusal; none of them: nothing is said now.
struct Outcome {
  std::optional<std::string_view> reply = {};  // in a buffer of the server's, until its next callback
  std::optional<std::string> refusal = {};     // the message made no sense: says why
  std::optional<ExitReason> stop = {};
  std::string info = {};  // of init, for whoever has asked for the start
};

class ServerOps {
 public:
  ServerOps() = default;
  ServerOps(const ServerOps&) = delete;
  ServerOps& operator=(const ServerOps&) = delete;
  virtual ~ServerOps() = default;

  virtual Outcome init() = 0;
  virtual Outcome handle_call(const Incoming& incoming) = 0;
  virtual Outcome handle_cast(const Incoming& incoming) = 0;
  virtual Outcome handle_info(const Incoming& incoming) = 0;
  virtual Outcome handle_down(const Down& down) = 0;
  virtual void terminate(const ExitReason& reason) = 0;
};

// A buffer of this thread's for the reply of a callback, which is sent when the callback has returned.
template <class R>
std::string_view encoded_reply(const R& value) {
  thread_local std::string buffer;
  buffer.clear();
  encode_into(buffer, value);
  return buffer;
}

// ---- does a type have what its protocol promises?

template <class F, class R>
concept Answers =
    std::convertible_to<F, CallResult<R>> || (!std::is_void_v<R> && std::convertible_to<F, R>) ||
    (std::is_void_v<R> && std::is_void_v<F>);
template <class F>
concept Continues = std::is_void_v<F> || std::convertible_to<F, Result>;
template <class F>
concept Initializes = std::is_void_v<F> || std::convertible_to<F, InitResult>;

template <class S, class M>
concept HandlesCallWithFrom =
    requires(S s, M m, From<ReplyTo<S, M>> from) { s.handle_call(std::move(m), from); };
template <class S, class M>
concept HandlesCallPlainly = requires(S s, M m) { s.handle_call(std::move(m)); };
template <class S, class M>
concept HandlesCast = requires(S s, M m) { s.handle_cast(std::move(m)); };
template <class S, class M>
concept HandlesInfo = requires(S s, M m) { s.handle_info(std::move(m)); };
template <class S>
concept HasInit = requires(S s) { s.init(); };
template <class S>
concept HasTerminate = requires(S s, const ExitReason& reason) { s.terminate(reason); };

template <class S, class M>
decltype(auto) run_handle_call(S& server, M&& message, [[maybe_unused]] const From<ReplyTo<S, M>>& from) {
  if constexpr (HandlesCallWithFrom<S, M>) {
    return server.handle_call(std::forward<M>(message), from);
  } else {
    return server.handle_call(std::forward<M>(message));
  }
}
template <class S, class M>
using HandleCallReturns = decltype(run_handle_call(std::declval<S&>(), std::declval<M>(),
                                                   std::declval<const From<ReplyTo<S, M>>&>()));

// One plain sentence for each way to get a server wrong; the compiler's next line names Server and M. A bool,
// because a concept in a static_assert makes compilers explain it at length; `if constexpr`, so that nothing
// else is complained of.
template <class Server, class M>
constexpr bool check_call() {
  constexpr bool exists = HandlesCallWithFrom<Server, M> || HandlesCallPlainly<Server, M>;
  static_assert(
      exists,
      "Server declares a call with M, but has no public handle_call(const M&) or handle_call(const M&, "
      "From<Reply>)");
  if constexpr (exists) {
    constexpr bool fits = Answers<HandleCallReturns<Server, M>, ReplyTo<Server, M>>;
    static_assert(
        fits,
        "Server's handle_call(const M&) returns something else than the reply that Calls declares for M");
    return fits;
  }
  return false;
}
template <class Server, class M>
constexpr bool check_cast() {
  constexpr bool exists = HandlesCast<Server, M>;
  static_assert(exists, "Server declares a cast of M, but has no public handle_cast(const M&)");
  if constexpr (exists) {
    constexpr bool fits = Continues<decltype(std::declval<Server&>().handle_cast(std::declval<M>()))>;
    static_assert(fits, "Server's handle_cast(const M&) returns neither void nor a ninelives::Result");
    return fits;
  }
  return false;
}
template <class Server, class M>
constexpr bool check_info() {
  constexpr bool exists = HandlesInfo<Server, M>;
  static_assert(exists, "Server declares an info M, but has no public handle_info(const M&)");
  if constexpr (exists) {
    constexpr bool fits = Continues<decltype(std::declval<Server&>().handle_info(std::declval<M>()))>;
    static_assert(fits, "Server's handle_info(const M&) returns neither void nor a ninelives::Result");
    return fits;
  }
  return false;
}
template <class Server>
constexpr bool check_init() {
  if constexpr (HasInit<Server>) {
    constexpr bool fits = Initializes<decltype(std::declval<Server&>().init())>;
    static_assert(fits, "Server's init() returns neither void nor a ninelives::InitResult");
    return fits;
  }
  return true;
}
template <class Server, class... C, class... A, class... I>
constexpr bool check_server(boost::mp11::mp_list<C...>, boost::mp11::mp_list<A...>,
                            boost::mp11::mp_list<I...>) {
  constexpr bool distinct = distinct_ids(boost::mp11::mp_list<C..., A..., I...>{});
  static_assert(distinct,
                "two messages of this server have the same name on the wire: rename one, or specialise "
                "ninelives::wire_name for it");
  return distinct && check_init<Server>() && (check_call<Server, C>() && ...) &&
         (check_cast<Server, A>() && ...) && (check_info<Server, I>() && ...);
}

// ---- from bytes to callbacks

// "get, take": the wire names of a list of messages.
template <class... M>
std::string names_of(boost::mp11::mp_list<M...>) {
  std::string names;
  ((names += (names.empty() ? "" : ", ") + std::string(wire_name<M>)), ...);
  return names.empty() ? "nothing" : names;
}

template <class S>
class Dispatcher final : public ServerOps {
 public:
  explicit Dispatcher(S& server) : server_(server) {}

  Outcome init() override {
    if constexpr (HasInit<S>) {
      return guarded("init", [&] { return initialize(server_); });
    } else {
      return {};
    }
  }
  // The server is an argument of these lambdas, so that a protocol without such messages needs no such
  // callback.
  Outcome handle_call(const Incoming& incoming) override {
    return dispatch(CallMessages<S>{}, incoming, [&]<class M>(auto& server, M&& message) {
      return call(server, std::forward<M>(message), incoming);
    });
  }
  Outcome handle_cast(const Incoming& incoming) override {
    return dispatch(CastMessages<S>{}, incoming, []<class M>(auto& server, M&& message) {
      return continue_with([&]() -> decltype(auto) { return server.handle_cast(std::forward<M>(message)); });
    });
  }
  Outcome handle_info(const Incoming& incoming) override {
    return dispatch(InfoMessages<S>{}, incoming, []<class M>(auto& server, M&& message) {
      return continue_with([&]() -> decltype(auto) { return server.handle_info(std::forward<M>(message)); });
    });
  }
  Outcome handle_down(const Down& down) override {
    if constexpr (HandlesInfo<S, Down>) {
      return guarded("handle_info(down)", [&] {
        return continue_with([&]() -> decltype(auto) { return server_.handle_info(Down(down)); });
      });
    } else {
      return {.refusal = "a down that nobody handles"};
    }
  }
  void terminate(const ExitReason& reason) override {
    if constexpr (HasTerminate<S>) server_.terminate(reason);
  }

 private:
  template <class... M, class Handle>
  Outcome dispatch(boost::mp11::mp_list<M...>, const Incoming& incoming, [[maybe_unused]] Handle handle) {
    Outcome outcome;
    const bool known =
        ((wire_id<M> == incoming.message && (outcome = decode<M>(incoming, handle), true)) || ...);
    if (!known) outcome.refusal = unknown_message();
    return outcome;
  }
  template <class M, class Handle>
  Outcome decode(const Incoming& incoming, Handle& handle) {
    auto message = from_bytes<M>(incoming.payload);
    if (!message) return {.refusal = std::string(wire_name<M>) + ": " + message.error()};
    return guarded(wire_name<M>, [&] { return handle(server_, std::move(*message)); });
  }
  static std::string unknown_message() {
    return "not a message of this server: it answers " + names_of(CallMessages<S>{}) + " and takes " +
           names_of(CastMessages<S>{});
  }

  template <class M>
  static Outcome call(S& server, M&& message, const Incoming& incoming) {
    using R = ReplyTo<S, M>;
    using Returned = HandleCallReturns<S, M>;
    auto run = [&]() -> decltype(auto) {
      return run_handle_call(server, std::forward<M>(message), From<R>(incoming.caller));
    };
    if constexpr (std::is_void_v<Returned>) {
      run();
      return {.reply = nil};
    } else if constexpr (std::convertible_to<Returned, CallResult<R>>) {
      CallResult<R> result = run();
      return {.reply = encode_reply(result), .stop = std::move(result.stop)};
    } else {
      return {.reply = encoded_reply(R(run()))};
    }
  }
  template <class R>
  static std::optional<std::string_view> encode_reply(const CallResult<R>& result) {
    if (!result.reply) return std::nullopt;
    if constexpr (std::is_void_v<R>) {
      return nil;
    } else {
      return encoded_reply(*result.reply);
    }
  }
  static Outcome initialize(S& server) {
    if constexpr (std::is_void_v<decltype(server.init())>) {
      server.init();
      return {};
    } else {
      InitResult result = server.init();
      return {.stop = std::move(result.stop), .info = std::move(result.info)};
    }
  }
  template <class Run>
  static Outcome continue_with(Run run) {
    if constexpr (std::is_void_v<decltype(run())>) {
      run();
      return {};
    } else {
      Result result = run();
      return {.stop = std::move(result.stop)};
    }
  }
  // An exception ends the server with the exception's text for a reason; it never gets past here.
  template <class Run>
  static Outcome guarded(std::string_view where, Run run) {
    try {
      return run();
    } catch (const std::exception& thrown) {
      return {.stop = ExitReason::error("exception in " + std::string(where) + ": " + thrown.what())};
    } catch (...) {
      return {.stop = ExitReason::error("exception in " + std::string(where) + " that is no std::exception")};
    }
  }

  S& server_;
};

}  // namespace ninelives::detail
