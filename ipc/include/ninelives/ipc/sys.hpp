// What every server answers about itself, whatever its own protocol: OTP's sys(3) as calls of their own kind,
// which a server takes also while it is suspended. Each is about one life: a restart does not inherit it. The
// typed functions are in <ninelives/sys.hpp>; the shell has verbs for them.
#pragma once
#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ninelives/ipc/codec.hpp>
#include <ninelives/ipc/exit_reason.hpp>
#include <ninelives/ipc/pid.hpp>

namespace ninelives::sys {

// The reply is the state itself, as msgpack; refused by a server that does not describe its state.
struct GetState {};
// All of it, as msgpack. What does not fit is refused, and the state stays as it was.
struct ReplaceState {
  Bytes state = {};
};
BOOST_DESCRIBE_STRUCT(ReplaceState, (), (state))

// Takes nothing but these requests, its supervisor's stop, links and exit signals, until it is resumed. To
// suspend the suspended does nothing.
struct Suspend {};
struct Resume {};

struct GetStatus {};
struct Status {
  std::string server = {};  // its type
  Pid pid = {};
  bool suspended = false;
  bool trap_exit = false;
  std::vector<Pid> links = {};
  std::uint64_t timers = 0;                              // that are running
  std::optional<std::chrono::nanoseconds> timeout = {};  // until the inactivity time-out, if one is set
  // The state, as msgpack, the way the server shows it (format_status); none: it does not describe one.
  std::optional<Bytes> state = {};
};
BOOST_DESCRIBE_STRUCT(Status, (), (server, pid, suspended, trap_exit, links, timers, timeout, state))

struct GetStatistics {};
struct Statistics {
  std::chrono::nanoseconds running = {};  // since the life was launched
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t bad_messages = 0;  // that made no sense
};
BOOST_DESCRIBE_STRUCT(Statistics, (), (running, messages_in, messages_out, bad_messages))

// From now on whoever asks gets a TraceEvent, as an info, for each message that comes in or goes out; or no
// more of them. Ends by itself when that process ends.
struct Trace {
  bool on = true;
};
BOOST_DESCRIBE_STRUCT(Trace, (), (on))

struct TraceEvent {
  enum class Direction : std::uint8_t { in, out };
  Direction direction = Direction::in;
  std::string kind = {};     // call, cast, info, reply, down, exit, timeout, timer, continue
  std::string message = {};  // its wire name; empty if it has none
  Pid peer = {};             // from whom, or to whom; nobody: from the server itself
  Bytes payload = {};        // msgpack; its beginning, if it is long
  std::uint64_t lost = 0;    // events before this one that found no room
};
BOOST_DESCRIBE_ENUM(TraceEvent::Direction, in, out)
BOOST_DESCRIBE_STRUCT(TraceEvent, (), (direction, kind, message, peer, payload, lost))

// terminate() and then the end, for this reason. There is no reply: whoever asks hears the end.
struct Terminate {
  ExitReason reason = {};
};
BOOST_DESCRIBE_STRUCT(Terminate, (), (reason))

// code_change/3; of a server that is suspended.
struct ChangeCode {
  std::string from = {};   // the old version
  std::string extra = {};  // whatever the two agree on
};
BOOST_DESCRIBE_STRUCT(ChangeCode, (), (from, extra))

}  // namespace ninelives::sys
