// The timers of one process, by when they are due. Pure: the time is passed in.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <ninelives/genserver.hpp>

#include "ipc/deadline.hpp"

namespace ninelives::detail {

// What a timer sends when it is due: to the process itself a Local, to another one bytes.
struct DueTimer {
  Local message;
  Target to;
  MessageType type = {};
  std::string payload;
};

class TimerQueue {
 public:
  // Of a name that is taken: that timer is gone. The number is never used again.
  std::uint64_t start(TimerOrder order, ipc::Deadline now);
  // What was left of its time, at least 0; nothing if there is none.
  std::optional<std::chrono::nanoseconds> cancel(std::uint64_t timer, ipc::Deadline now);
  std::optional<std::chrono::nanoseconds> cancel(std::string_view name, ipc::Deadline now);

  bool empty() const { return queue_.empty(); }
  std::size_t size() const { return queue_.size(); }
  ipc::Deadline next_deadline() const {
    return queue_.empty() ? ipc::no_deadline : queue_.begin()->first.first;
  }
  // The next one that is due: one at a time, the earlier and the earlier started first. A periodic one comes
  // back on its own grid; points of it that are past already are left out.
  std::optional<DueTimer> take_due(ipc::Deadline now);

 private:
  using Key = std::pair<ipc::Deadline, std::uint64_t>;
  struct Timer {
    DueTimer due;
    std::chrono::nanoseconds period;
    std::string name;
  };

  void forget(const std::string& name, std::uint64_t timer);

  std::map<Key, Timer> queue_;
  std::unordered_map<std::uint64_t, ipc::Deadline> deadlines_;
  std::map<std::string, std::uint64_t, std::less<>> by_name_;
  std::uint64_t last_ = 0;
};

}  // namespace ninelives::detail
