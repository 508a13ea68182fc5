// Randomness that means the same with every compiler, and the seeds of the random tests of the core.
#pragma once
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "tests/support/seed.hpp"

namespace ninelives::supervisor::test {

// The remainder instead of a distribution of the library. Never two draws in the arguments of one call: their
// order is the compiler's.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }
  // Whole milliseconds, so that many things happen at one and the same moment.
  std::chrono::nanoseconds up_to(std::chrono::milliseconds limit) {
    return std::chrono::milliseconds(below(static_cast<std::uint64_t>(limit.count()) + 1));
  }
  template <class Values>
  const auto& one_of(const Values& values) {
    return values[below(values.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// So many new ones; or only the one that NINELIVES_SEED asks for.
inline std::vector<std::uint64_t> seeds(std::size_t count) {
  const std::uint64_t first = ninelives::test::seed();
  if (std::getenv("NINELIVES_SEED") != nullptr) return {first};
  std::vector<std::uint64_t> all;
  while (all.size() < count) all.push_back(first + all.size());
  return all;
}

}  // namespace ninelives::supervisor::test
