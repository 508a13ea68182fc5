// Locks of a registry: each is held by one process at a time, and those that wait get it in the order in
// which they have asked. Holders and waiters that die make room.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <ninelives/ipc/pid.hpp>

namespace ninelives::registry {

// `Waiter` has `Pid pid() const`; whoever gets a lock is answered by the caller of these functions.
template <class Waiter>
class Locks {
 public:
  enum class Taken { now, later, holds_it_already };
  Taken take(const std::string& key, const Waiter& waiter) {
    std::deque<Waiter>& queue = queues_[key];
    if (!queue.empty() && queue.front().pid() == waiter.pid()) return Taken::holds_it_already;
    queue.push_back(waiter);
    return queue.size() == 1 ? Taken::now : Taken::later;
  }

  // Let go of by its holder; by anybody else, nothing happens. Returns who has it now and has to be told.
  std::vector<Waiter> release(const std::string& key, const Pid& holder) {
    const auto found = queues_.find(key);
    if (found == queues_.end() || found->second.front().pid() != holder) return {};
    found->second.pop_front();
    if (found->second.empty()) {
      queues_.erase(found);
      return {};
    }
    return {found->second.front()};
  }

  // That process is dead, or waits no more. Returns who has something now and has to be told.
  std::vector<Waiter> remove(const Pid& pid) {
    std::vector<Waiter> told;
    for (auto place = queues_.begin(); place != queues_.end();) {
      std::deque<Waiter>& queue = place->second;
      const bool was_held = queue.front().pid() == pid;
      std::erase_if(queue, [&](const Waiter& waiter) { return waiter.pid() == pid; });
      if (was_held && !queue.empty()) told.push_back(queue.front());
      place = queue.empty() ? queues_.erase(place) : std::next(place);
    }
    return told;
  }

  bool has(const Pid& pid) const {
    for (const auto& [key, queue] : queues_) {
      for (const Waiter& waiter : queue) {
        if (waiter.pid() == pid) return true;
      }
    }
    return false;
  }

 private:
  std::map<std::string, std::deque<Waiter>> queues_;  // the holder first; none of them is empty
};

}  // namespace ninelives::registry
