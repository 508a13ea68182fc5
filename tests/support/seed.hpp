// The seed of a random test: a new one each time, unless NINELIVES_SEED replays one. Put it into the test's
// output.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace ninelives::test {

inline std::uint64_t seed() {
  if (const char* given = std::getenv("NINELIVES_SEED")) return std::stoull(given);
  return std::random_device{}();
}

}  // namespace ninelives::test
