// Who wants to see the messages of one process: sys:trace/2.
#pragma once
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include <ninelives/ipc/pid.hpp>
#include <ninelives/ipc/sys.hpp>

namespace ninelives::detail {

class Process;

class Tracers {
 public:
  using Direction = sys::TraceEvent::Direction;

  bool empty() const { return lost_.empty(); }
  void set(const Pid& tracer, bool on);
  // Tells each of them, and waits for none: an event that finds no room is counted, and one that finds no
  // tracer ends it.
  void tell(Process& process, Direction direction, std::string_view kind, std::string_view message,
            const Pid& peer, std::string_view payload);

 private:
  using Key = std::pair<Slot, Incarnation>;
  std::map<Key, std::uint64_t> lost_;  // events, by tracer
};

}  // namespace ninelives::detail
