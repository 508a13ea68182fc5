#include "tests/storm/messages.hpp"

#include <algorithm>
#include <cstring>

namespace ninelives::storm {
namespace {

// Two rounds of a multiplicative hash for each word: a single changed bit changes the seal.
constexpr std::uint64_t mixed(std::uint64_t seal, std::uint64_t word) {
  seal = (seal ^ word) * 0x9e37'79b9'7f4a'7c15U;
  return seal ^ (seal >> 29);
}

std::uint64_t seal_of(const Letter& letter) {
  std::uint64_t seal = mixed(mixed(mixed(letter.bytes.size(), letter.sender), letter.life), letter.number);
  for (std::size_t at = 0; at < letter.bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, letter.bytes.data() + at, std::min(sizeof word, letter.bytes.size() - at));
    seal = mixed(seal, word);
  }
  return seal;
}

}  // namespace

// The bytes are another sequence for every letter, so that parts of two letters cannot pass for one.
Letter sealed(std::uint32_t sender, std::uint64_t life, std::uint64_t number, std::size_t bytes) {
  Letter letter{.sender = sender, .life = life, .number = number, .bytes = std::string(bytes, '\0')};
  std::uint64_t word = mixed(mixed(sender, life), number);
  for (std::size_t at = 0; at < bytes; at += sizeof word) {
    word = mixed(word, at);
    std::memcpy(letter.bytes.data() + at, &word, std::min(sizeof word, bytes - at));
  }
  letter.seal = seal_of(letter);
  return letter;
}

bool is_whole(const Letter& letter) { return letter.seal == seal_of(letter); }

}  // namespace ninelives::storm
