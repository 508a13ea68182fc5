// What could be observed of a scenario, in OTP's words, step by step; the boot is the first step. Lines of
// one step:
//
//   top#1 starts a#2: ok                      or ignore, or the reason of the error
//   top#1 begins to start s#1                 a supervisor; what its start comes to is a line of its own
//   top#1 stops b#1 by shutdown, kill: killed how it was asked, and how it ended
//   top#1 reports child_terminated a#1 error  "SUPERVISOR REPORT" in sasl(6)
//   reply delete_child b: {error,running}     all replies of the step, in the order of the calls
//   ended s#1: shutdown                       a supervisor that was not asked to
//   top#1 children [{b,undefined},{a,a#2}]    which_children and count_children of every supervisor
//   top#1 counts [{specs,2},{active,1},{supervisors,0},{workers,2}]
//   noproc                                    there is no such supervisor
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ninelives::conformance {

struct TraceStep {
  std::string name;
  std::vector<std::string> lines;
  bool operator==(const TraceStep&) const = default;
};
using Trace = std::vector<TraceStep>;

// What the oracle writes: a line with the title for each scenario, its trace, and `end`.
std::vector<Trace> read_traces(std::string_view text);

// In two columns, up to the step with the first difference.
std::string side_by_side(const Trace& ours, const Trace& otp);

}  // namespace ninelives::conformance
