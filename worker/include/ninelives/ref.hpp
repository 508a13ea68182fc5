// A client's handle on a server: by name, typed by the server's protocol. Cheap to copy; a copy belongs to
// one thread. Whoever uses it is a process of the node: a worker (serve.hpp), or a program that has attached
// (node.hpp).
#pragma once
#include <chrono>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <ninelives/ipc/call_error.hpp>
#include <ninelives/ipc/payload.hpp>
#include <ninelives/ipc/pid.hpp>
#include <ninelives/ipc/via.hpp>
#include <ninelives/protocol.hpp>

namespace ninelives {

inline constexpr std::chrono::nanoseconds default_timeout = std::chrono::seconds(5);  // gen_server:call/2's
inline constexpr std::chrono::nanoseconds infinity = std::chrono::nanoseconds::max();

namespace detail {

// Which slot a name stands for. Looked up when it is first needed, and again when the slot has got another
// owner.
struct Target {
  std::string name = {};  // empty: the root supervisor, which has none
  Slot slot = 0;
  Incarnation owner_inc = 0;            // 0: not looked up yet
  std::shared_ptr<const Via> via = {};  // a name in a registry instead, looked up each time
};
Target target_of(const Via& via);

// The reply's bytes are valid until this thread's next call.
std::expected<std::string_view, CallError> call(Target& target, std::uint32_t message,
                                                const ipc::Payload& payload,
                                                std::chrono::nanoseconds timeout);
std::expected<void, SendError> cast(Target& target, std::uint32_t message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout);
std::expected<void, SendError> info(Target& target, std::uint32_t message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout);
std::expected<Pid, SendError> whereis_pid(Target& target);

// Memory of this thread's for what is being sent.
std::span<char> encoding_room();

// A small message is encoded into that room; a large one when its place in shared memory is known, for its
// text then is copied once and not twice. Valid as long as the message is, and until the next call of this
// function.
template <class M>
  requires Encodable<M>
ipc::Payload encoded(const M& message) {
  const std::span<char> room = encoding_room();
  Writer writer(room);
  Wire<M>::encode(writer, message);
  if (writer.size() <= room.size()) return std::string_view(room.data(), writer.size());
  return {writer.size(), &message, [](const void* value, std::span<char> to) {
            Writer in_place(to);
            Wire<M>::encode(in_place, *static_cast<const M*>(value));
          }};
}

}  // namespace detail

template <Protocol P>
class Ref {
 public:
  explicit Ref(std::string_view name) : target_{.name = std::string(name)} {}
  // Whoever stands in that registry under that key, at each moment: noproc while nobody does.
  explicit Ref(const Via& name) : target_(detail::target_of(name)) {}

  // Empty for a name in a registry.
  const std::string& name() const { return target_.name; }
  // The process that has the name now; noproc if none runs.
  std::expected<Pid, SendError> pid() const { return detail::whereis_pid(target_); }

  // gen_server:call. Ends in exactly one of the reply or an error, also when the server or its supervisor is
  // killed. A call that was not taken when the server died is answered by its next life, unless its mailbox
  // is dropped.
  template <class M>
    requires DeclaresCall<P, M>
  std::expected<ReplyTo<P, M>, CallError> call(const M& message,
                                               std::chrono::nanoseconds timeout = default_timeout) const {
    auto reply = detail::call(target_, wire_id<M>, detail::encoded(message), timeout);
    if (!reply) return std::unexpected(std::move(reply.error()));
    if constexpr (std::is_void_v<ReplyTo<P, M>>) {
      return {};
    } else {
      auto value = from_bytes<ReplyTo<P, M>>(*reply);
      if (!value)
        return std::unexpected(CallError{CallError::Kind::bad_message, "in the reply, " + value.error()});
      return std::move(*value);
    }
  }
  template <class M>
    requires(!DeclaresCall<P, M>)
  void call(const M&, std::chrono::nanoseconds = {}) const =
      delete;  // this message is not in the server's Calls (a message in its Casts is sent with cast())

  // gen_server:cast, but it says so if nobody can get the message. Once it has returned without an error,
  // only the server's own crash while it handles this very message, or the end of the server for good, can
  // lose it. Where the mailbox is full it waits for room, at most `timeout`.
  template <class M>
    requires DeclaresCast<P, M>
  std::expected<void, SendError> cast(const M& message,
                                      std::chrono::nanoseconds timeout = default_timeout) const {
    return detail::cast(target_, wire_id<M>, detail::encoded(message), timeout);
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
    return detail::info(target_, wire_id<M>, detail::encoded(message), timeout);
  }
  template <class M>
    requires(!DeclaresInfo<P, M>)
  void send(const M&,
            std::chrono::nanoseconds = {}) const = delete;  // this message is not in the server's Infos

 private:
  mutable detail::Target target_;
};

// The server of that name in the node of the calling process. Whether it runs is found out by using it.
template <Protocol P>
Ref<P> whereis(std::string_view name) {
  return Ref<P>(name);
}
// The same for a name in a registry: whereis<SessionApi>(via("sessions", "alice")).
template <Protocol P>
Ref<P> whereis(const Via& name) {
  return Ref<P>(name);
}

}  // namespace ninelives
