// A set of slots as two levels of bits, like the bell's own: iterating over a few members of 16 384 touches
// few words. Private to one thread.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include "ipc/layout.hpp"

namespace ninelives::ipc {

class SlotSet {
 public:
  void insert(Slot slot) { insert_word(slot / 64, bit(slot)); }
  void insert_word(std::size_t word, std::uint64_t bits) {
    if (bits == 0) return;
    leaves_[word] |= bits;
    summary_[word / 64] |= std::uint64_t{1} << (word % 64);
  }
  void erase(Slot slot) {
    leaves_[slot / 64] &= ~bit(slot);
    if (leaves_[slot / 64] == 0) summary_[slot / 64 / 64] &= ~(std::uint64_t{1} << (slot / 64 % 64));
  }
  void insert_all(const SlotSet& other) {
    for (std::size_t word = 0; word < leaves_.size(); ++word) insert_word(word, other.leaves_[word]);
  }
  void clear() { *this = SlotSet(); }
  bool contains(Slot slot) const { return (leaves_[slot / 64] & bit(slot)) != 0; }
  bool empty() const {
    for (auto word : summary_) {
      if (word != 0) return false;
    }
    return true;
  }
  // The first member that is not below `from`, and where there is none the first of all: taking turns.
  std::optional<Slot> next(Slot from) const {
    if (auto found = at_or_after(from)) return found;
    return at_or_after(0);
  }

 private:
  static std::uint64_t bit(Slot slot) { return std::uint64_t{1} << (slot % 64); }

  std::optional<Slot> at_or_after(Slot from) const {
    if (from >= slots_max) return std::nullopt;
    std::size_t word = from / 64;
    std::uint64_t bits = leaves_[word] & (~std::uint64_t{0} << (from % 64));
    while (bits == 0) {
      ++word;
      std::size_t group = word / 64;
      if (group >= summary_.size()) return std::nullopt;
      std::uint64_t words = summary_[group] & (~std::uint64_t{0} << (word % 64));
      if (words == 0) {
        word = (group + 1) * 64 - 1;
        continue;
      }
      word = group * 64 + static_cast<std::size_t>(std::countr_zero(words));
      bits = leaves_[word];
    }
    return static_cast<Slot>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  std::array<std::uint64_t, words_of_slots / 64> summary_{};
  std::array<std::uint64_t, words_of_slots> leaves_{};
};

}  // namespace ninelives::ipc
