// What a supervisor and its children are to be: OTP's `sup_flags()` and `child_spec()`, without anything
// about how a child is launched, which is of no interest to a decision.
#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace ninelives::supervisor {

// Which endings of a child lead to a restart: every one, only abnormal ones, none.
enum class Restart { permanent, transient, temporary };

// Which children a restart concerns. one_for_one: only the one that ended.
enum class Strategy { one_for_one };

// How a child is stopped. brutal_kill: killed at once. timeout: asked, and killed when `timeout` has passed;
// 0 is allowed and leaves it no time at all. infinity: asked, and awaited for as long as it takes. `timeout`
// means nothing for the other two kinds.
struct Shutdown {
  enum class Kind { brutal_kill, timeout, infinity };
  Kind kind = Kind::timeout;
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

struct ChildSpec {
  std::string id;  // unique among the children of one supervisor
  Restart restart = Restart::permanent;
  Shutdown shutdown = {};
  friend bool operator==(const ChildSpec&, const ChildSpec&) = default;
};

// More than `intensity` restarts within `period` make the supervisor give up. The defaults are Elixir's.
struct SupervisorSpec {
  Strategy strategy = Strategy::one_for_one;
  unsigned intensity = 3;
  std::chrono::nanoseconds period = std::chrono::seconds(5);
  std::vector<ChildSpec> children = {};  // in start order
  friend bool operator==(const SupervisorSpec&, const SupervisorSpec&) = default;
};

// Every fault of `spec`, one sentence each and all at once; empty when there is none. These are OTP's
// `invalid_period`, `invalid_shutdown`, `duplicate_child_name` and `missing_id`.
std::vector<std::string> check(const SupervisorSpec& spec);

}  // namespace ninelives::supervisor
