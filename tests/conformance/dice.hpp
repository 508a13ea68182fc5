// The chance that a random scenario is made by: the same one for the same seed and number.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <random>
#include <utility>

namespace ninelives::conformance {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t number) {
    std::seed_seq both{seed, seed >> 32, number, number >> 32};
    engine_.seed(both);
  }

  unsigned below(std::size_t bound) {
    return static_cast<unsigned>(std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_));
  }
  bool percent(unsigned chance) { return below(100) < chance; }

  // One of them, as often as its weight says.
  template <typename Value>
  Value one_of(std::initializer_list<std::pair<Value, unsigned>> weighted) {
    unsigned sum = 0;
    for (const auto& [value, weight] : weighted) sum += weight;
    unsigned at = below(sum);
    for (const auto& [value, weight] : weighted) {
      if (at < weight) return value;
      at -= weight;
    }
    std::unreachable();
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace ninelives::conformance
