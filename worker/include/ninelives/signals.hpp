// What a server hears of other processes, as infos: erlang:monitor/2, link/1, exit/2, send_after/3.
#pragma once
#include <cstdint>

#include <ninelives/ipc/exit_reason.hpp>
#include <ninelives/ipc/pid.hpp>

namespace ninelives {

struct MonitorRef {
  std::uint64_t number = 0;
  friend bool operator==(const MonitorRef&, const MonitorRef&) = default;
};

// A monitored life is over; `noproc` if it was when the monitor was made. Comes exactly once for each
// monitor, after the last message of that life.
struct Down {
  MonitorRef ref;
  Pid pid;
  ExitReason reason;
};

// An exit signal, of a linked process that has ended or of one that has called exit(): for a server that
// traps exits. Any other ends with the same reason, unless that is `normal`.
struct Exit {
  Pid pid;
  ExitReason reason;
};

// No message has come for as long as the last callback said.
struct Timeout {};

struct TimerRef {
  std::uint64_t number = 0;
  friend bool operator==(const TimerRef&, const TimerRef&) = default;
};

}  // namespace ninelives
