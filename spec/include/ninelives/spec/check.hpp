// supervisor:check_childspecs: every fault of a spec at once.
#pragma once
#include <span>
#include <string>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives {

struct SpecFault {
  // OTP's words, as in supervisor(3) and supervisor.erl.
  enum class Kind : std::uint8_t {
    missing_id,
    missing_start,  // a worker or program without a command
    invalid_period,
    invalid_strategy,
    invalid_shutdown,
    invalid_backoff,
    invalid_start_timeout,
    bad_combination,
    bad_start_spec,  // simple_one_for_one without exactly one template; a dynamic one with children
    duplicate_child_name,
  };

  Kind kind;
  std::string
      where;  // the ids from the top, as in `sessions/session`; "child 2" for one without; empty: the top
  std::string text;  // a sentence for people
  friend bool operator==(const SpecFault&, const SpecFault&) = default;
};

// Empty when there is none. Those of a supervisor's children are among them, down to the leaves.
std::vector<SpecFault> check(const SupervisorSpec& spec);

// Of one child, or of a list of them, that is to go under a supervisor with this auto_shutdown; OTP's
// check_childspecs/2.
std::vector<SpecFault> check_childspecs(std::span<const ChildSpec> children,
                                        AutoShutdown auto_shutdown = AutoShutdown::never);

// "sessions/session: the shutdown time is negative"
std::string to_string(const SpecFault& fault);
std::string to_string(std::span<const SpecFault> faults);  // all of them, with semicolons

}  // namespace ninelives
