// A client's handle on a server, typed by the server's protocol: by name, by a name in a registry, or by the
// Pid of one life. Cheap to copy; a copy belongs to one thread. Whoever uses it is a process of the node: a
// worker (serve.hpp), or a program that has attached (node.hpp).
#pragma once
#include <algorithm>
#include <chrono>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <ninelives/detail/sending.hpp>
#include <ninelives/protocol.hpp>
#include <ninelives/request.hpp>
#include <ninelives/timeout.hpp>

namespace ninelives {

template <Protocol P>
class Ref {
  static_assert(detail::has_sound_messages<P>(),
                "every message is a default-constructible struct, described with BOOST_DESCRIBE_STRUCT (one "
                "without fields needs no description)");

 public:
  explicit Ref(std::string_view name) : target_{.name = std::string(name)} {}
  // That life alone; a later one of the same child is noproc.
  explicit Ref(const Pid& life) : target_{.life = life} {}
  // Whoever stands in that registry under that key at each moment; noproc while nobody does.
  explicit Ref(const ViaName& name) : target_{.via = std::make_shared<const ViaName>(name)} {}
  explicit Ref(detail::Target target) : target_(std::move(target)) {}

  // Empty for a Ref of a Pid or of a name in a registry; of a partition: its supervisor's.
  const std::string& name() const { return target_.name; }
  // The process that is meant, if it runs now; else noproc.
  std::expected<Pid, SendError> pid() const { return detail::whereis_pid(target_); }

  // gen_server:call. Ends in exactly one of the reply or an error, also when the server or its supervisor is
  // killed. A call that was not taken when the server died is answered by its next life, unless its mailbox
  // is dropped.
  template <class M>
    requires DeclaresCall<P, M>
  std::expected<ReplyTo<P, M>, CallError> call(const M& message,
                                               std::chrono::nanoseconds timeout = default_timeout) const {
    auto reply = detail::call(target_, detail::Asks::server, detail::message_type<M>,
                              detail::encoded(message), timeout);
    if (!reply) return std::unexpected(std::move(reply.error()));
    return detail::decoded_reply<ReplyTo<P, M>>(*reply);
  }
  template <class M>
    requires(!DeclaresCall<P, M>)
  void call(const M&, std::chrono::nanoseconds = {}) const =
      delete;  // this message is not in the server's Calls (a message in its Casts is sent with cast())

  // gen_server:send_request: as call(), but the outcome is taken later. What cannot be sent is an outcome
  // too. Waits only for room, at most `timeout`.
  template <class M>
    requires DeclaresCall<P, M>
  Request<ReplyTo<P, M>> send_request(const M& message,
                                      std::chrono::nanoseconds timeout = default_timeout) const {
    return Request<ReplyTo<P, M>>(
        detail::send_request(target_, detail::message_type<M>, detail::encoded(message), timeout));
  }
  template <class M>
    requires(!DeclaresCall<P, M>)
  void send_request(const M&, std::chrono::nanoseconds = {}) const =
      delete;  // this message is not in the server's Calls

  // gen_server:cast, but it says so if nobody can get the message. Once it has returned without an error,
  // only the server's own crash while it handles this very message, or the end of the server for good, can
  // lose it. Where the mailbox is full it waits for room, at most `timeout`.
  template <class M>
    requires DeclaresCast<P, M>
  std::expected<void, SendError> cast(const M& message,
                                      std::chrono::nanoseconds timeout = default_timeout) const {
    return detail::cast(target_, detail::message_type<M>, detail::encoded(message), timeout);
  }
  template <class M>
    requires(!DeclaresCast<P, M>)
  void cast(const M&, std::chrono::nanoseconds = {}) const =
      delete;  // this message is not in the server's Casts (a message in its Calls is sent with call())

  // Pid ! Message: arrives at handle_info. Otherwise as cast().
  template <class M>
    requires DeclaresInfo<P, M>
  std::expected<void, SendError> send(const M& message,
                                      std::chrono::nanoseconds timeout = default_timeout) const {
    return detail::info(target_, detail::message_type<M>, detail::encoded(message), timeout);
  }
  template <class M>
    requires(!DeclaresInfo<P, M>)
  void send(const M&,
            std::chrono::nanoseconds = {}) const = delete;  // this message is not in the server's Infos

  detail::Target& target() const { return target_; }

 private:
  mutable detail::Target target_;
};

// The server of that name in the node of the calling process. Whether it runs is found out by using it.
template <Protocol P>
Ref<P> whereis(std::string_view name) {
  return Ref<P>(name);
}
template <Protocol P>
Ref<P> whereis(const ViaName& name) {
  return Ref<P>(name);
}

// gen_server:multi_call: one call to each of them, all at once, and together no longer than `timeout`.
template <class P, class R>
struct MultiReply {
  using Value = std::conditional_t<std::is_void_v<R>, std::monostate, R>;
  std::vector<std::pair<Ref<P>, Value>> replies;
  std::vector<std::pair<Ref<P>, CallError>> bad;  // those without a reply; a late one is never seen
};
template <Protocol P, class M>
  requires DeclaresCall<P, M>
MultiReply<P, ReplyTo<P, M>> multi_call(std::span<const Ref<P>> servers, const M& message,
                                        std::chrono::nanoseconds timeout = infinity) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  auto left = [&] {
    return timeout == infinity ? infinity
                               : std::max(std::chrono::nanoseconds(0), timeout - (Clock::now() - begin));
  };
  std::vector<Request<ReplyTo<P, M>>> requests;
  for (const Ref<P>& server : servers) requests.push_back(server.send_request(message, left()));
  MultiReply<P, ReplyTo<P, M>> result;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    auto outcome = requests[i].receive(left());
    if (!outcome) {
      result.bad.emplace_back(servers[i], std::move(outcome.error()));
    } else if constexpr (std::is_void_v<ReplyTo<P, M>>) {
      result.replies.emplace_back(servers[i], std::monostate());
    } else {
      result.replies.emplace_back(servers[i], std::move(*outcome));
    }
  }
  return result;
}

// gen_server:abcast: a cast to each of them, whether it can get it or not. Waits for nobody's room.
template <Protocol P, class M>
  requires DeclaresCast<P, M>
void abcast(std::span<const Ref<P>> servers, const M& message) {
  for (const Ref<P>& server : servers) (void)server.cast(message, std::chrono::nanoseconds(0));
}

}  // namespace ninelives
