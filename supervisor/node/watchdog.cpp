#include "supervisor/node/watchdog.hpp"

#include <algorithm>

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;

// Of the clock by which a child notes when a callback has begun: that early it may be.
constexpr auto tick = 10ms;

TimePoint now() { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace

std::optional<TimePoint> next_look(const ipc::Activity& seen, Incarnation life,
                                   std::chrono::nanoseconds longest, TimePoint now) {
  const bool runs =
      seen.life == life && seen.callback != ipc::Callback::none && seen.callback != ipc::Callback::init;
  const TimePoint since = runs ? std::min<TimePoint>(seen.since, now) : now;
  const TimePoint too_long = later(since, later(tick, longest));
  if (too_long <= now) return std::nullopt;
  return too_long;
}

std::string in_words(ipc::Callback callback, const std::string& message) {
  const std::string name(ipc::to_string(callback));
  return message.empty() ? name : name + '(' + message + ')';
}

void Watchdog::watch(ChildNumber child) {
  look_at(child);
  arm();
}

void Watchdog::forget(ChildNumber child) {
  looks_.cancel(child);
  arm();
}

void Watchdog::look_at(ChildNumber child) {
  if (const auto again = look_(child, now())) looks_.set(child, *again);
}

void Watchdog::arm() {
  const auto next = looks_.earliest();
  if (!next) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(std::chrono::steady_clock::time_point(*next));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const TimePoint due = now();
    while (const auto child = looks_.take_due(due)) look_at(*child);
    arm();
  });
}

}  // namespace ninelives::supervisor
