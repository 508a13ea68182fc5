// Does a type have what its protocol promises? Whoever forgets a callback, or returns something else than was
// declared, gets one plain sentence from the compiler.
#pragma once
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

#include <ninelives/genserver.hpp>

namespace ninelives::detail {

template <class F, class R>
concept Answers =
    std::convertible_to<F, CallResult<R>> || (!std::is_void_v<R> && std::convertible_to<F, R>) ||
    (std::is_void_v<R> && std::is_void_v<F>);
template <class F>
concept GoesOn = std::is_void_v<F> || std::convertible_to<F, Result>;
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
template <class S, class M>
concept HandlesContinue = requires(S s, M m) { s.handle_continue(std::move(m)); };
template <class S>
concept HasTerminate = requires(S s, const ExitReason& reason) { s.terminate(reason); };
template <class S>
concept HasCodeChange = requires(S s, std::string version) { s.code_change(version, version); };

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
    constexpr bool fits = GoesOn<decltype(std::declval<Server&>().handle_cast(std::declval<M>()))>;
    static_assert(fits, "Server's handle_cast(const M&) returns neither void nor a ninelives::Result");
    return fits;
  }
  return false;
}
template <class Server, class M>
constexpr bool check_what_handle_info_returns() {
  constexpr bool fits = GoesOn<decltype(std::declval<Server&>().handle_info(std::declval<M>()))>;
  static_assert(fits, "Server's handle_info(const M&) returns neither void nor a ninelives::Result");
  return fits;
}
template <class Server, class M>
constexpr bool check_info() {
  constexpr bool exists = HandlesInfo<Server, M>;
  static_assert(exists, "Server declares an info M, but has no public handle_info(const M&)");
  if constexpr (exists) return check_what_handle_info_returns<Server, M>();
  return false;
}
template <class Server, class M>
constexpr bool check_timer() {
  constexpr bool exists = HandlesInfo<Server, M>;
  static_assert(exists, "Server declares a timer with M, but has no public handle_info(const M&)");
  if constexpr (exists) return check_what_handle_info_returns<Server, M>();
  return false;
}
template <class Server, class M>
constexpr bool check_continue() {
  constexpr bool exists = HandlesContinue<Server, M>;
  static_assert(exists, "Server declares a continue with M, but has no public handle_continue(const M&)");
  if constexpr (exists) {
    constexpr bool fits = GoesOn<decltype(std::declval<Server&>().handle_continue(std::declval<M>()))>;
    static_assert(fits, "Server's handle_continue(const M&) returns neither void nor a ninelives::Result");
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
constexpr bool check_protocol(boost::mp11::mp_list<C...>, boost::mp11::mp_list<A...>,
                              boost::mp11::mp_list<I...>) {
  constexpr bool distinct = distinct_ids(boost::mp11::mp_list<C..., A..., I...>{});
  static_assert(distinct,
                "two messages of this server have the same name on the wire: rename one, or specialise "
                "ninelives::wire_name for it");
  return distinct && (check_call<Server, C>() && ...) && (check_cast<Server, A>() && ...) &&
         (check_info<Server, I>() && ...);
}
template <class Server, class... T, class... C>
constexpr bool check_own(boost::mp11::mp_list<T...>, boost::mp11::mp_list<C...>) {
  return (check_timer<Server, T>() && ...) && (check_continue<Server, C>() && ...);
}
template <class Server>
constexpr bool check_server() {
  return check_init<Server>() &&
         check_protocol<Server>(CallMessages<Server>{}, CastMessages<Server>{}, InfoMessages<Server>{}) &&
         check_own<Server>(typename Server::OwnTimers{}, typename Server::OwnContinues{});
}

}  // namespace ninelives::detail
