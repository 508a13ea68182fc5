// Where handles (ref.hpp) and requests (request.hpp) meet the process that they are used in: bytes go out,
// bytes come back. Out of line in worker/, and the same whether the process is a worker, a program that has
// attached, or a server in a unit test.
#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ninelives/ipc/call_error.hpp>
#include <ninelives/ipc/codec.hpp>
#include <ninelives/ipc/payload.hpp>
#include <ninelives/ipc/pid.hpp>
#include <ninelives/via.hpp>

namespace ninelives::detail {

// Whom a handle means: a name, a partition, a name in a registry, or one life. Which slot a name stands for
// is looked up when it is first needed, and again when the slot has got another owner.
struct Target {
  std::string name = {};  // empty, with no life: the root supervisor, which has none
  Pid life = {};          // nobody: it is meant by its name
  // A partition of that supervisor: this number, modulo how many it has.
  std::optional<std::uint64_t> key = {};
  std::shared_ptr<const ViaName> via = {};  // asked for each time
  Slot slot = 0;
  Incarnation owner_inc = 0;  // 0: not looked up yet
};

// A message's type: the number that travels, and the name for people.
struct MessageType {
  std::uint32_t id = 0;
  std::string_view name = {};
};
template <class M>
inline constexpr MessageType message_type{wire_id<M>, wire_name<M>};

// The process that this thread is; nobody: it is none.
Pid self();

// What a call asks: the server's callbacks, or its sys (ipc/sys.hpp).
enum class Asks : std::uint8_t { server, sys };

// The reply's bytes are valid until this thread's next call.
std::expected<std::string_view, CallError> call(Target& target, Asks asks, const MessageType& message,
                                                const ipc::Payload& payload,
                                                std::chrono::nanoseconds timeout);
std::expected<void, SendError> cast(Target& target, const MessageType& message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout);
std::expected<void, SendError> info(Target& target, const MessageType& message, const ipc::Payload& payload,
                                    std::chrono::nanoseconds timeout);
std::expected<Pid, SendError> whereis_pid(Target& target);

// ---- requests: each has a number in its thread, and one outcome, which is kept until it is taken

using ReplyBytes = std::expected<std::string, CallError>;

std::uint64_t send_request(Target& target, const MessageType& message, const ipc::Payload& payload,
                           std::chrono::nanoseconds timeout);
// One that could not even be sent: its outcome is that error, and comes as any other does.
std::uint64_t add_failed_request(CallError error);
// Nothing: the time is over; the request goes on.
std::optional<ReplyBytes> wait_response(std::uint64_t request, std::chrono::nanoseconds timeout);
// Which of them has its outcome, first the ones that have had it longest; nothing: the time is over.
std::optional<std::uint64_t> wait_any(std::span<const std::uint64_t> requests,
                                      std::chrono::nanoseconds timeout);
void abandon(std::uint64_t request);

// ---- others' ends

std::expected<void, SendError> link(const Pid& pid);
void unlink(const Pid& pid);
// Why that life is over; nothing: it is not, and the time is. Waits for nothing else meanwhile.
std::optional<ExitReason> await_end(const Pid& pid, std::chrono::nanoseconds timeout);

// ---- bytes

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

template <class R>
std::expected<R, CallError> decoded_reply(std::string_view bytes) {
  if constexpr (std::is_void_v<R>) {
    return {};
  } else {
    auto value = from_bytes<R>(bytes);
    if (!value) {
      return std::unexpected(CallError{CallError::Kind::bad_message, "in the reply, " + value.error()});
    }
    return std::move(*value);
  }
}

}  // namespace ninelives::detail
