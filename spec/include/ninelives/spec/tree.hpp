// What a supervision tree is to be, as values: OTP's `sup_flags()` and `child_spec()`, with what an operating
// system process needs besides. The same values are written in a tree file, built in code, sent to a running
// supervisor and printed as TOML (toml.hpp). Nothing here starts anything; check.hpp says what is faulty.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ninelives {

// A worker links ninelives::worker and has a mailbox; a program is any other binary; a supervisor is a
// process of ours with children of its own.
enum class ChildType : std::uint8_t { worker, program, supervisor };

// Which endings of a child lead to a restart: every one, only abnormal ones, none.
enum class Restart : std::uint8_t { permanent, transient, temporary };

// Which children a restart concerns. one_for_one: only the one that ended. rest_for_one: it and those that
// were started after it. one_for_all: all. simple_one_for_one: only the one that ended, where all are made
// from one template, and none is started at boot.
enum class Strategy : std::uint8_t { one_for_one, rest_for_one, one_for_all, simple_one_for_one };

// Whether a supervisor ends when significant children end by themselves: supervisor(3), `auto_shutdown`.
enum class AutoShutdown : std::uint8_t { never, any_significant, all_significant };

// Whether messages that wait when a worker dies are there for its next incarnation.
enum class Mailbox : std::uint8_t { keep, drop };

// How a child is stopped. brutal_kill: killed at once. timeout: asked, and killed when `timeout` has passed;
// 0 is allowed and leaves it no time at all. infinity: asked, and awaited for as long as it takes. `timeout`
// means nothing for the other two kinds.
struct Shutdown {
// g++ sees ninelives::infinity of <ninelives/ref.hpp> shadowed by a name that is only ever Kind::infinity.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
  enum class Kind : std::uint8_t { brutal_kill, timeout, infinity };
#pragma GCC diagnostic pop
  Kind kind = Kind::timeout;
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

// How long to wait before a restart; OTP has none. The first one of a row waits `first`, each further one
// twice as long as the one before, never longer than `max`; up to `jitter` (0 to 1) of that is taken off at
// random. A child that has run for `reset` begins a new row.
struct Backoff {
  std::chrono::nanoseconds first = std::chrono::milliseconds(100);
  std::chrono::nanoseconds max = std::chrono::seconds(30);
  double jitter = 0.1;
  std::chrono::nanoseconds reset = std::chrono::seconds(60);
  friend bool operator==(const Backoff&, const Backoff&) = default;
};

struct ChildSpec;

// The registry that a worker enters itself into before its init, and the key: OTP's {via, Registry, Key}.
struct Via {
  std::string registry = {};  // a process of the node: its registered name, or its path
  std::string key = {};
  friend bool operator==(const Via&, const Via&) = default;
};

// More than `intensity` restarts within `period` make the supervisor give up. The defaults are Elixir's.
struct SupervisorSpec {
  Strategy strategy = Strategy::one_for_one;
  unsigned intensity = 3;
  std::chrono::nanoseconds period = std::chrono::seconds(5);
  AutoShutdown auto_shutdown = AutoShutdown::never;

  // Elixir's DynamicSupervisor: no child at boot; each comes with a spec of its own and is known by its Pid.
  bool dynamic = false;
  std::optional<std::uint32_t> max_children = {};  // of a dynamic one; none: no limit
  std::vector<std::string> extra_arguments = {};   // of a dynamic one: put before the arguments of each child

  // Elixir's PartitionSupervisor: so many children, all made from the one in `children`, which has no id.
  // They are called "0", "1", ...; each is told by its environment which it is.
  std::optional<std::uint32_t> partitions = {};

  // In start order; of simple_one_for_one, and where there are partitions, exactly one, the template.
  std::vector<ChildSpec> children;

  bool operator==(const SupervisorSpec& other) const;
};

struct ChildSpec {
  std::string id = {};  // unique among the children of one supervisor
  // OTP's {local, Name}: by which it is found in the node besides by its path. The child's own, over all its
  // lives, for as long as its spec is there; no other child of the node can have it, nor have it for a path.
  std::optional<std::string> name = {};
  std::optional<Via> via = {};  // of a worker, instead of a name
  ChildType type = ChildType::worker;
  Restart restart = Restart::permanent;
  std::optional<Shutdown> shutdown = {};  // none: 5 s, and infinity for a supervisor
  bool significant = false;
  std::optional<Backoff> backoff = {};
  std::optional<std::chrono::nanoseconds> start_timeout =
      {};  // not ready after that long: the start has failed

  // Of a worker and of a program.
  std::vector<std::string> command = {};  // argv; its first word names the program
  std::string executable = {};            // absolute; empty: found by the first word of `command`
  std::string directory = {};             // to work in; empty: the supervisor's own
  std::map<std::string, std::string> environment = {};  // added to the supervisor's own
  Mailbox mailbox = Mailbox::keep;                      // of a worker
  // Of a worker: one of its callbacks that runs for longer is stuck, and the worker is killed. init has
  // `start_timeout` for that, and whoever is being stopped `shutdown`.
  std::optional<std::chrono::nanoseconds> watchdog = {};

  SupervisorSpec supervisor = {};  // of a supervisor

  bool operator==(const ChildSpec&) const = default;
};

inline bool SupervisorSpec::operator==(const SupervisorSpec& other) const = default;

struct TreeSpec {
  std::string node = {};  // its name
  SupervisorSpec supervisor = {};
  bool operator==(const TreeSpec&) const = default;
};

// OTP's defaults: 5 s for a worker, infinity for a supervisor.
Shutdown shutdown_of(const ChildSpec& child);

// Its children come and go by request and are known by their Pids: DynamicSupervisor and simple_one_for_one.
inline bool is_dynamic(const SupervisorSpec& spec) {
  return spec.dynamic || spec.strategy == Strategy::simple_one_for_one;
}

// In start order, each with its id; of a dynamic supervisor none.
std::vector<ChildSpec> children_at_boot(const SupervisorSpec& spec);

// The words of tree files and of reports.
std::string to_string(ChildType type);
std::string to_string(Restart restart);
std::string to_string(Strategy strategy);
std::string to_string(AutoShutdown auto_shutdown);
std::string to_string(Mailbox mailbox);
std::string to_string(const Shutdown& shutdown);       // "brutal_kill", "infinity" or a duration
std::string to_string(std::chrono::nanoseconds time);  // the shortest exact form: "5s", "1500ms"

}  // namespace ninelives
