// What is done to whom and when, all of it from one seed. What the processes are at in that moment is the
// machine's scheduler's affair: a seed replays the blows, not the storm.
#pragma once
#include <chrono>
#include <cstdint>
#include <random>

namespace ninelives::storm {

struct Fault {
  enum class Victim { worker, supervisor, client, root };
  enum class Blow { kill, stop };     // SIGKILL; SIGSTOP, and SIGCONT after a while
  std::chrono::microseconds pause{};  // before it
  Victim victim = Victim::worker;
  std::uint32_t which = 0;  // modulo the number of those
  Blow blow = Blow::kill;
  std::chrono::microseconds stopped{};
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : numbers_(seed) {}

  // The root is never killed by one of these: that is the end of an epoch.
  Fault next_fault();
  std::uint64_t upto(std::uint64_t most) { return numbers_() % (most + 1); }
  bool chance(std::uint64_t percent) { return upto(99) < percent; }

 private:
  std::chrono::microseconds some_pause();
  std::chrono::microseconds some_stop(Fault::Victim victim);

  std::mt19937_64 numbers_;
};

}  // namespace ninelives::storm
