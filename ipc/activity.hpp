// What the owner of a mailbox is doing: written by the owner alone, into its own box, for its supervisor and
// for whoever looks. A few plain stores and a clock that is read without a system call: cheap enough for
// every message.
//
//   begin_callback(status, Callback::handle_call, received.message);
//   ...                                                        the callback
//   end_callback(status);
#pragma once
#include <chrono>
#include <ctime>
#include <string>
#include <string_view>

#include "ipc/layout.hpp"

namespace ninelives::ipc {

std::string_view to_string(Callback callback);

// Of one moment; `life` says whose.
struct Activity {
  Incarnation life = 0;  // that attached last: what is here is about no other
  Callback callback = Callback::none;
  std::uint32_t message = 0;            // wire id of the message that the callback handles; 0: of none
  std::chrono::nanoseconds since = {};  // CLOCK_MONOTONIC, in ticks of some milliseconds; of the callback
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  bool suspended = false;
};

namespace detail {

inline std::uint64_t pack(Callback callback, std::uint32_t message) {
  return static_cast<std::uint64_t>(callback) << 32 | message;
}

// Ticks of some milliseconds are good enough for whoever looks, and cost a fraction of the fine clock.
inline std::uint64_t coarse_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(std::chrono::seconds(now.tv_sec)).count()) +
         static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace detail

// ---- for the owner

// The time first: whoever sees this callback must not see since when another one ran, and find it stuck.
inline void begin_callback(Status& status, Callback callback, std::uint32_t message = 0) {
  status.activity.since_ns.store(detail::coarse_now(), std::memory_order::relaxed);
  status.activity.doing.store(detail::pack(callback, message), std::memory_order::release);
}

inline void end_callback(Status& status) {
  status.activity.doing.store(detail::pack(Callback::none, 0), std::memory_order::relaxed);
}

// The wire names of the messages that the owner knows, with blanks between them.
inline void store_words(Status& status, std::string_view words) { store_text(status.words, words); }

// Before a life says that it has attached: nothing of the former one may be taken for its own.
void reset_activity(Status& status);

// ---- for whoever looks

Activity read_activity(const Status& status);

// What that message is called, if it is one of the owner's; else empty. An id is the hash of its name, so
// that a name which is just being written over is not taken for another one.
std::string message_name(const Status& status, std::uint32_t message);
// Which of these words, with blanks between them, is the name of that message; else empty.
std::string_view word_of(std::string_view words, std::uint32_t message);

}  // namespace ninelives::ipc
