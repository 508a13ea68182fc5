// What a crash test has in common with the others: how long it runs, and by which dice.
#pragma once
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace ninelives::test {

// $NINELIVES_CRASH_SECONDS: longer runs are for people.
inline std::chrono::seconds crash_duration() {
  const char* given = std::getenv("NINELIVES_CRASH_SECONDS");
  return std::chrono::seconds(given ? std::stol(given) : 8);
}

// $NINELIVES_SEED replays the moments of the kills, as far as the machine's scheduler lets them be replayed.
inline std::uint64_t crash_seed() {
  const char* given = std::getenv("NINELIVES_SEED");
  return given ? std::stoull(given) : std::random_device{}();
}

// Uniform between nothing and `longest`.
class RandomMoments {
 public:
  RandomMoments(std::uint64_t seed, std::chrono::microseconds longest)
      : dice_(seed), distribution_(0, longest.count()) {}

  std::chrono::microseconds next() { return std::chrono::microseconds(distribution_(dice_)); }

 private:
  std::mt19937_64 dice_;
  std::uniform_int_distribution<std::chrono::microseconds::rep> distribution_;
};

}  // namespace ninelives::test
