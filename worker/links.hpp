// The links of one process. A link is told by a signal and held by a monitor on each side: whoever is killed
// at any point of it, the other hears of that death by its own monitor or has never known of the link.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include <ninelives/ipc/pid.hpp>

namespace ninelives::detail {

// Pure bookkeeping: what it says is to be done, is done by its caller.
//
// Two processes may link and unlink each other at the same time. Each unlink is therefore acknowledged, and
// as long as one is not, a link from the other side is older than its sight of that unlink, and void: as with
// the link protocol of Erlang's distribution (UNLINK_ID, UNLINK_ID_ACK).
class Links {
 public:
  bool has(const Pid& pid) const { return monitors_.contains(key(pid)); }
  std::vector<Pid> all() const;

  enum class MadeBy { us, them };
  // This process links or is linked: its end of it is held by that monitor.
  void add(const Pid& pid, std::uint64_t monitor, MadeBy by);
  // The monitor to be given up, if there was a link.
  std::optional<std::uint64_t> remove(const Pid& pid);
  // Who has ended, if that monitor holds a link; there is none any more then. Whoever has made it himself has
  // lived then: if the monitor knows no reason, because it came too late, he has one all the same.
  struct Ended {
    Pid pid;
    MadeBy by;
  };
  std::optional<Ended> ended(std::uint64_t monitor);

  void unlink_was_sent(const Pid& pid) { ++unacknowledged_[key(pid)]; }
  void unlink_was_acknowledged(const Pid& pid);
  // Does a link that comes from there count?
  bool believes(const Pid& pid) const { return !unacknowledged_.contains(key(pid)); }

 private:
  using Key = std::pair<Slot, Incarnation>;
  static Key key(const Pid& pid) { return {pid.slot, pid.incarnation}; }

  std::map<Key, std::uint64_t> monitors_;
  std::unordered_map<std::uint64_t, Ended> by_monitor_;
  std::map<Key, unsigned> unacknowledged_;  // unlinks of ours
};

}  // namespace ninelives::detail
