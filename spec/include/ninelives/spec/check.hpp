// supervisor:check_childspecs: every fault of a spec at once. What passes here can be run, and written as a
// tree file (toml.hpp); whether commands and directories exist is for the machine to say that runs them.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives {

// A hundred years. Far below what nanoseconds can hold, so that a clock reading plus a few times never
// overflows.
inline constexpr std::chrono::nanoseconds longest_time = std::chrono::hours(876'000);

// Each restart within the period is remembered.
inline constexpr unsigned highest_intensity = 1'000'000;

inline constexpr std::uint32_t most_partitions = 1024;

// One field of a spec.
struct SpecField {
  std::vector<std::size_t> child;  // whose: its index among its siblings, from the top down; empty: the top
  std::string key;                 // as a tree file calls it: "period", "child", "backoff.jitter"
  friend bool operator==(const SpecField&, const SpecField&) = default;
};

struct SpecFault {
  // OTP's words where it has one, as in supervisor(3) and supervisor.erl.
  enum class Kind : std::uint8_t {
    missing_id,
    invalid_id,     // no name; or too long with those of the supervisors above it
    missing_start,  // a worker or program without a command
    invalid_start,  // a command, directory or environment that no process can be given
    invalid_intensity,
    invalid_period,
    invalid_strategy,
    invalid_shutdown,
    invalid_backoff,
    invalid_start_timeout,
    invalid_watchdog,
    bad_combination,
    bad_start_spec,  // a template that is missing, or not the only one; a dynamic supervisor with children
    invalid_partitions,
    duplicate_child_name,
    invalid_name,    // a registered name that is none, or that several children would have
    invalid_via,     // a registry that nobody can be; a key that several children would have
    duplicate_name,  // a registered name that another child of the tree has, or that is a path in it
  };

  Kind kind;
  std::string
      where;  // the ids from the top, as in `sessions/session`; "child 2" for one without; empty: the top
  std::string text;                   // a sentence for people
  std::vector<SpecField> about = {};  // the field to mend first; further ones that could be mended instead
  friend bool operator==(const SpecFault&, const SpecFault&) = default;
};

// Empty when there is none. Those of a supervisor's children are among them, down to the leaves.
std::vector<SpecFault> check(const SupervisorSpec& spec);

// The name of the node as well.
std::vector<SpecFault> check(const TreeSpec& tree);

// Of one child, or of a list of them, that is to go under a supervisor with this auto_shutdown; OTP's
// check_childspecs/2.
std::vector<SpecFault> check_childspecs(std::span<const ChildSpec> children,
                                        AutoShutdown auto_shutdown = AutoShutdown::never);

// "sessions/session: the shutdown time is negative"
std::string to_string(const SpecFault& fault);
std::string to_string(std::span<const SpecFault> faults);  // all of them, with semicolons

}  // namespace ninelives
