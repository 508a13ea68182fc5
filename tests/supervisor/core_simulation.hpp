#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "supervisor/core/action.hpp"
#include "supervisor/core/event.hpp"

namespace ninelives::supervisor::test {

struct Step {
  TimePoint now;
  Event event;
  Actions actions;
  friend bool operator==(const Step&, const Step&) = default;
};

struct Run {
  std::vector<Step> steps;
  std::string violation;  // of the last step; empty when there is none
};

// One supervisor with a random tree, in virtual time, on a host whose processes fail to launch, crash, hang
// and ignore their stop, while requests and stale news come in. Every step is judged by Invariants. All of
// it follows from the seed.
Run simulate(std::uint64_t seed);

std::string to_string(const Run& run);

}  // namespace ninelives::supervisor::test
