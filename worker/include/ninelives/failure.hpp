// A call whose reply can be an error of the server's own, and how it can fail in one value:
//
//   std::expected<int, Failure<Refusal>> frequency = flat(server.call(Allocate{}, 1s));
//   if (!frequency && frequency.error().is(Refusal::no_frequency)) ...
#pragma once
#include <expected>
#include <type_traits>
#include <utility>
#include <variant>

#include <ninelives/ipc/call_error.hpp>

namespace ninelives {

// What the server has answered, or why there is no answer.
template <class E>
struct Failure {
  std::variant<E, CallError> why;

  bool is(const E& error) const {
    const auto* answer = std::get_if<E>(&why);
    return answer && *answer == error;
  }
  bool is(CallError::Kind kind) const {
    const auto* error = std::get_if<CallError>(&why);
    return error && error->kind == kind;
  }
  friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T, class E>
std::expected<T, Failure<E>> flat(std::expected<std::expected<T, E>, CallError> reply) {
  if (!reply) return std::unexpected(Failure<E>{std::move(reply.error())});
  if (!*reply) return std::unexpected(Failure<E>{std::move(reply->error())});
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(**reply);
  }
}

}  // namespace ninelives
