// Writes over everything that this process shares with others for writing, as far as the kernel lets it: what
// is mapped writable from the node's directory, found in /proc/self/maps. Noise, and what a careless or
// hostile sender might write: records with wrong lengths, of wrong kinds, endless padding, tails far away.
#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "ipc/layout.hpp"

namespace ninelives::storm {

class Scribbler {
 public:
  Scribbler(std::string node_directory, std::uint64_t seed);

  // Some hundred bytes here and there, and everybody woken who sleeps on a word of it: a waker gone mad.
  void scribble();

 private:
  struct Shared {
    std::span<std::byte> memory;
    bool is_ring = false;
  };

  enum class Manner { noise, nonsense, forgery };

  void look_at_maps();
  void noise(const Shared& shared);
  void nonsense(ipc::Ring& ring);
  void false_record(ipc::Ring& ring);
  void forge(ipc::Ring& ring);
  std::uint64_t false_number();
  std::uint64_t upto(std::uint64_t most) { return dice_() % (most + 1); }

  std::string directory_;
  std::mt19937_64 dice_;
  Manner manner_;
  std::vector<Shared> shared_;
};

}  // namespace ninelives::storm
