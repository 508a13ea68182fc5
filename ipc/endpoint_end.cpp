// Waiting for one end, and for nothing else.
#include "ipc/endpoint.hpp"

namespace ninelives::ipc {

std::optional<ExitReason> Endpoint::await_end(const Pid& pid, std::chrono::nanoseconds patience) {
  if (!table_.has(pid.slot)) return ExitReason::noproc();
  watch_slot(pid.slot);
  const Deadline deadline = deadline_after(patience);
  const auto is_over = [&] { return table_.state(pid.slot).is_over(pid.incarnation); };
  while (!is_over()) {
    if (node_is_down()) return ExitReason::noproc();
    if (Clock::now() >= deadline) break;
    sleep_for(deadline, OneSlot{pid.slot}, is_over);
  }
  ready_.insert(pid.slot);  // its bit was taken for this; there may be messages
  if (!is_over()) return std::nullopt;
  return table_.reason(pid);
}

}  // namespace ninelives::ipc
