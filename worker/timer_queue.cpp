#include "worker/timer_queue.hpp"

#include <algorithm>

namespace ninelives::detail {
namespace {

using std::chrono::nanoseconds;

ipc::Deadline later(ipc::Deadline now, nanoseconds delay) {
  if (delay >= ipc::no_deadline - now) return ipc::no_deadline;
  return now + std::max(delay, nanoseconds::zero());
}

}  // namespace

std::uint64_t TimerQueue::start(TimerOrder order, ipc::Deadline now) {
  if (!order.name.empty()) cancel(order.name, now);
  const std::uint64_t timer = ++last_;
  const ipc::Deadline deadline = later(now, order.delay);
  if (!order.name.empty()) by_name_.emplace(order.name, timer);
  deadlines_.emplace(timer, deadline);
  queue_.emplace(Key(deadline, timer),
                 Timer{{std::move(order.message), std::move(order.to), order.type, std::move(order.payload)},
                       order.period,
                       std::string(order.name)});
  return timer;
}

std::optional<nanoseconds> TimerQueue::cancel(std::uint64_t timer, ipc::Deadline now) {
  const auto found = deadlines_.find(timer);
  if (found == deadlines_.end()) return std::nullopt;
  const ipc::Deadline deadline = found->second;
  const auto entry = queue_.find({deadline, timer});
  forget(entry->second.name, timer);
  queue_.erase(entry);
  deadlines_.erase(found);
  return std::max<nanoseconds>(deadline - now, nanoseconds::zero());
}

std::optional<nanoseconds> TimerQueue::cancel(std::string_view name, ipc::Deadline now) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return cancel(found->second, now);
}

std::optional<DueTimer> TimerQueue::take_due(ipc::Deadline now) {
  if (next_deadline() > now) return std::nullopt;
  auto entry = queue_.extract(queue_.begin());
  const auto [deadline, number] = entry.key();
  Timer& timer = entry.mapped();
  DueTimer due = timer.due;
  if (timer.period > nanoseconds::zero()) {
    const auto missed = (now - deadline) / timer.period;
    entry.key().first = deadline + (missed + 1) * timer.period;
    deadlines_[number] = entry.key().first;
    queue_.insert(std::move(entry));
  } else {
    forget(timer.name, number);
    deadlines_.erase(number);
  }
  return due;
}

void TimerQueue::forget(const std::string& name, std::uint64_t timer) {
  const auto found = by_name_.find(name);
  if (found != by_name_.end() && found->second == timer) by_name_.erase(found);
}

}  // namespace ninelives::detail
