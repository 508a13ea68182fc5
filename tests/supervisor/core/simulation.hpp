// A random tree of supervisors on a random host, in virtual time: processes fail to launch, exit before they
// are ready or have nothing to do, are slow, crash, hang, are deaf to their stop; supervisors are killed;
// requests, changed specs and stale news come in at random moments. Then the host comes to rest, and so must
// the tree; and then it is told to stop. Each step of each supervisor is judged by Invariants. All of it
// follows from the seed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace ninelives::supervisor::test {

// What runs have come to, by the words of traces.
struct Seen {
  std::set<std::string> events;
  std::set<std::string> actions;
};

struct Run {
  std::size_t steps = 0;
  std::string violation;  // empty: there is none
  std::string trace;      // if it was asked for
};

Run simulate(std::uint64_t seed);
Run simulate_and_trace(std::uint64_t seed, Seen* seen = nullptr);

}  // namespace ninelives::supervisor::test
