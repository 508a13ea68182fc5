#include "worker/links.hpp"

namespace ninelives::detail {

std::vector<Pid> Links::all() const {
  std::vector<Pid> pids;
  for (const auto& [key, monitor] : monitors_) pids.push_back({key.first, key.second});
  return pids;
}

void Links::add(const Pid& pid, std::uint64_t monitor, MadeBy by) {
  monitors_[key(pid)] = monitor;
  by_monitor_[monitor] = {pid, by};
}

std::optional<std::uint64_t> Links::remove(const Pid& pid) {
  const auto found = monitors_.find(key(pid));
  if (found == monitors_.end()) return std::nullopt;
  const std::uint64_t monitor = found->second;
  monitors_.erase(found);
  by_monitor_.erase(monitor);
  return monitor;
}

std::optional<Links::Ended> Links::ended(std::uint64_t monitor) {
  const auto found = by_monitor_.find(monitor);
  if (found == by_monitor_.end()) return std::nullopt;
  const Ended ended = found->second;
  by_monitor_.erase(found);
  monitors_.erase(key(ended.pid));
  unacknowledged_.erase(key(ended.pid));  // nobody acknowledges any more
  return ended;
}

void Links::unlink_was_acknowledged(const Pid& pid) {
  const auto found = unacknowledged_.find(key(pid));
  if (found != unacknowledged_.end() && --found->second == 0) unacknowledged_.erase(found);
}

}  // namespace ninelives::detail
