// Children that are stuck in a callback: found by what they say of themselves in their boxes
// (ipc/activity.hpp), without a word to anybody, by one timer for all.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "ipc/activity.hpp"
#include "supervisor/core/deadlines.hpp"

namespace ninelives::supervisor {

// When to look again at a child of which this was seen at that moment: when a callback can have run for
// longer than that. Nothing: one has. `now` is from before the look, so that the time for which we ourselves
// have not run is not the child's.
std::optional<TimePoint> next_look(const ipc::Activity& seen, Incarnation life,
                                   std::chrono::nanoseconds longest, TimePoint now);

// "handle_call(get)", or without the message where it has none or is not known.
std::string in_words(ipc::Callback callback, const std::string& message);

class Watchdog {
 public:
  // Looks at that child, and says when to do so again; nothing: never.
  using Look = std::function<std::optional<TimePoint>(ChildNumber child, TimePoint now)>;

  Watchdog(boost::asio::io_context& io, Look look) : timer_(io), look_(std::move(look)) {}
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void watch(ChildNumber child);
  void forget(ChildNumber child);

 private:
  void arm();
  void look_at(ChildNumber child);

  boost::asio::steady_timer timer_;
  Deadlines looks_;
  Look look_;
};

}  // namespace ninelives::supervisor
