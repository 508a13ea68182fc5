#include "ipc/activity.hpp"

#include <algorithm>
#include <utility>

#include <ninelives/ipc/name.hpp>

namespace ninelives::ipc {

std::string_view to_string(Callback callback) {
  switch (callback) {
    case Callback::none:
      return "none";
    case Callback::init:
      return "init";
    case Callback::handle_call:
      return "handle_call";
    case Callback::handle_cast:
      return "handle_cast";
    case Callback::handle_info:
      return "handle_info";
    case Callback::handle_continue:
      return "handle_continue";
    case Callback::terminate:
      return "terminate";
    case Callback::system:
      return "system";
  }
  return "none";  // what is read may be anything
}

void reset_activity(Status& status) {
  end_callback(status);
  status.activity.messages_in.store(0, std::memory_order::relaxed);
  status.activity.messages_out.store(0, std::memory_order::relaxed);
  status.activity.suspended.store(0, std::memory_order::relaxed);
  store_words(status, {});
}

Activity read_activity(const Status& status) {
  Activity seen;
  seen.life = status.started.load(std::memory_order::acquire);
  const std::uint64_t doing = status.activity.doing.load(std::memory_order::acquire);
  seen.callback = static_cast<Callback>(doing >> 32 & 0xff);
  seen.message = static_cast<std::uint32_t>(doing);
  seen.since = std::chrono::nanoseconds(status.activity.since_ns.load(std::memory_order::relaxed));
  seen.messages_in = status.activity.messages_in.load(std::memory_order::relaxed);
  seen.messages_out = status.activity.messages_out.load(std::memory_order::relaxed);
  seen.suspended = status.activity.suspended.load(std::memory_order::relaxed) != 0;
  return seen;
}

std::string message_name(const Status& status, std::uint32_t message) {
  return std::string(word_of(load_text(status.words), message));
}

std::string_view word_of(std::string_view words, std::uint32_t message) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (name_hash(word) == message) return word;
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
  return {};
}

}  // namespace ninelives::ipc
