// From bytes to callbacks and back, for one type of server. Everything that need not know the type is behind
// ServerOps, out of line in worker/.
#pragma once
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <ninelives/detail/check_server.hpp>
#include <ninelives/detail/server_ops.hpp>
#include <ninelives/detail/state.hpp>
#include <ninelives/genserver.hpp>

namespace ninelives::detail {

// A buffer of this thread's for the reply of a callback, which is sent when the callback has returned.
template <class R>
std::string_view encoded_reply(const R& value) {
  thread_local std::string buffer;
  buffer.clear();
  encode_into(buffer, value);
  return buffer;
}

// "get, take": the wire names of a list of messages.
template <class... M>
std::string names_of(boost::mp11::mp_list<M...>, [[maybe_unused]] std::string_view between) {
  std::string names;
  ((names += (names.empty() ? std::string() : std::string(between)) + std::string(wire_name<M>)), ...);
  return names;
}
template <class List>
std::string sentence_of(List list) {
  const std::string names = names_of(list, ", ");
  return names.empty() ? "nothing" : names;
}

// "Kv", for people: the class, without namespaces and template arguments.
template <class S>
constexpr std::string_view class_name() {
  const std::string_view name = unqualified(spelled_name<S>());
  return name.substr(0, name.find('<'));
}

// A callback may take its message as M&&; what is shared must stay what it is.
template <class M>
M copy(const M& message) {
  return message;
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
  Outcome handle_timer(const Local& message) override {
    return hand_over(
        boost::mp11::mp_append<typename S::OwnTimers, InfoMessages<S>>{}, message,
        [](auto& server, const auto& own) {
          return continue_with([&]() -> decltype(auto) { return server.handle_info(copy(own)); });
        });
  }
  Outcome handle_continue(const Local& message) override {
    return hand_over(typename S::OwnContinues{}, message, [](auto& server, const auto& own) {
      return continue_with([&]() -> decltype(auto) { return server.handle_continue(copy(own)); });
    });
  }
  Outcome handle_down(const Down& down) override { return tell("down", down); }
  Outcome handle_exit(const Exit& exit) override { return tell("exit", exit); }
  Outcome handle_timeout() override { return tell("timeout", Timeout{}); }
  Outcome handle_response(const Response& response) override { return tell("response", response); }
  void terminate(const ExitReason& reason) override {
    if constexpr (HasTerminate<S>) server_.terminate(reason);
  }

  std::expected<std::string, std::string> state() override {
    if constexpr (ShowsState<S>) {
      return shown_by("state()", [this] { return encoded_state(server_); });
    } else {
      return std::unexpected(has_no_state());
    }
  }
  std::expected<void, std::string> replace_state([[maybe_unused]] std::string_view state) override {
    if constexpr (ShowsState<S>) {
      return replaced_state(server_, state);
    } else {
      return std::unexpected(has_no_state());
    }
  }
  // Where format_status() fails, its text is shown and not the state: what it hides stays hidden.
  std::optional<std::string> formatted_state() override {
    if constexpr (HasFormatStatus<S>) {
      const S& server = server_;
      const auto shown = shown_by("format_status()", [&] { return to_bytes(server.format_status()); });
      return shown ? *shown : to_bytes(shown.error());
    } else if constexpr (ShowsState<S>) {
      const auto shown = state();
      return shown ? *shown : to_bytes(shown.error());
    } else {
      return std::nullopt;
    }
  }
  Outcome code_change([[maybe_unused]] const std::string& from,
                      [[maybe_unused]] const std::string& extra) override {
    if constexpr (HasCodeChange<S>) {
      return guarded("code_change", [&] {
        return continue_with([&]() -> decltype(auto) { return server_.code_change(from, extra); });
      });
    } else {
      return {.refusal = std::string(class_name<S>()) + " has no code_change()"};
    }
  }
  std::string_view type() const override { return class_name<S>(); }
  std::string_view messages() const override {
    static const std::string names =
        names_of(boost::mp11::mp_append<CallMessages<S>, CastMessages<S>, InfoMessages<S>>{}, " ");
    return names;
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
  // A message of the server's own, which has come as the type that it is.
  template <class... M, class Handle>
  Outcome hand_over(boost::mp11::mp_list<M...>, const Local& message, [[maybe_unused]] Handle handle) {
    Outcome outcome;
    const bool known =
        ((message.get<M>() &&
          (outcome = guarded(wire_name<M>, [&] { return handle(server_, *message.get<M>()); }), true)) ||
         ...);
    if (!known) outcome.refusal = "there is no callback for " + std::string(message.name());
    return outcome;
  }
  // An info of the library's, for servers that have a callback for it.
  template <class Info>
  Outcome tell(std::string_view what, const Info& info) {
    if constexpr (HandlesInfo<S, Info>) {
      return guarded(what, [&] {
        return continue_with([&]() -> decltype(auto) { return server_.handle_info(copy(info)); });
      });
    } else {
      return {.refusal = "there is no handle_info for " + std::string(what)};
    }
  }
  // It is the server's code that shows something: what it throws is said instead.
  template <class Show>
  static std::expected<std::string, std::string> shown_by(const char* what, Show show) {
    try {
      return show();
    } catch (const std::exception& thrown) {
      return std::unexpected(std::string(what) + " has thrown: " + thrown.what());
    } catch (...) {
      return std::unexpected(std::string(what) + " has thrown what is no std::exception");
    }
  }
  static std::string has_no_state() {
    return std::string(class_name<S>()) +
           " does not say what its state is: give it a state(), or BOOST_DESCRIBE_CLASS with members that "
           "can be sent";
  }
  static std::string unknown_message() {
    return "not a message of this server: it answers " + sentence_of(CallMessages<S>{}) + " and takes " +
           sentence_of(CastMessages<S>{});
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
      return {.reply = encode_reply(result), .stop = std::move(result.stop), .next = std::move(result.next)};
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
      return {.stop = std::move(result.stop), .next = std::move(result.next), .info = std::move(result.info)};
    }
  }
  template <class Run>
  static Outcome continue_with(Run run) {
    if constexpr (std::is_void_v<decltype(run())>) {
      run();
      return {};
    } else {
      Result result = run();
      return {.stop = std::move(result.stop), .next = std::move(result.next)};
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
