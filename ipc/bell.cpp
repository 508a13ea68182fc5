#include "ipc/bell.hpp"

#include "ipc/futex.hpp"

namespace ninelives::ipc {

Woken wake(Bell& bell) {
  Woken woken = Woken::nobody;
  // What is neither was scribbled there, perhaps over a sleeper.
  if (bell.futex_word.load(std::memory_order::seq_cst) != awake) {
    futex_store_and_wake(bell.futex_word, awake);
    woken = Woken::sleeper;
  }
  return bell.fd_word.load(std::memory_order::seq_cst) == parked ? Woken::still_parked : woken;
}

bool anything_rung_but(const Bell& bell, Slot polled) {
  const std::size_t polled_word = polled / 64;
  const std::uint64_t polled_bit = std::uint64_t{1} << (polled % 64);
  for (std::size_t group = 0; group < bell.summary.size(); ++group) {
    std::uint64_t words = bell.summary[group].load(std::memory_order::seq_cst);
    for (; words != 0; words &= words - 1) {
      const std::size_t word = group * 64 + static_cast<std::size_t>(std::countr_zero(words));
      const std::uint64_t ignored = word == polled_word ? polled_bit : 0;
      if ((bell.leaves[word].load(std::memory_order::seq_cst) & ~ignored) != 0) return true;
    }
  }
  return false;
}

void collect(Bell& bell, SlotSet& ready) {
  for (std::size_t group = 0; group < bell.summary.size(); ++group) {
    if (bell.summary[group].load(std::memory_order::seq_cst) == 0) continue;
    std::uint64_t words = bell.summary[group].exchange(0, std::memory_order::seq_cst);
    for (; words != 0; words &= words - 1) {
      std::size_t word = group * 64 + static_cast<std::size_t>(std::countr_zero(words));
      ready.insert_word(word, bell.leaves[word].exchange(0, std::memory_order::seq_cst));
    }
  }
}

void collect_but(Bell& bell, SlotSet& ready, Slot kept) {
  const std::size_t kept_word = kept / 64;
  const std::uint64_t kept_bit = std::uint64_t{1} << (kept % 64);
  for (std::size_t group = 0; group < bell.summary.size(); ++group) {
    std::uint64_t words = bell.summary[group].load(std::memory_order::seq_cst);
    for (; words != 0; words &= words - 1) {
      std::size_t word = group * 64 + static_cast<std::size_t>(std::countr_zero(words));
      std::uint64_t leave = word == kept_word ? kept_bit : 0;
      if ((bell.leaves[word].load(std::memory_order::seq_cst) & ~leave) == 0) continue;
      ready.insert_word(word, bell.leaves[word].fetch_and(leave, std::memory_order::seq_cst) & ~leave);
    }
  }
}

void clear_leaves(Bell& bell) {
  for (auto& leaf : bell.leaves) leaf.store(0, std::memory_order::seq_cst);
}

bool sleep_on(Bell& bell, Deadline deadline, const std::atomic<bool>& is_over) {
  bell.futex_word.store(asleep, std::memory_order::seq_cst);
  const bool in_time = anything_rung(bell) || is_over.load(std::memory_order::seq_cst) ||
                       futex_wait(bell.futex_word, asleep, deadline);
  bell.futex_word.store(awake, std::memory_order::seq_cst);
  return in_time;
}

bool park(Bell& bell) {
  bell.fd_word.store(parked, std::memory_order::seq_cst);
  if (!anything_rung(bell)) return true;
  unpark(bell);
  return false;
}

void unpark(Bell& bell) { bell.fd_word.store(not_parked, std::memory_order::seq_cst); }

}  // namespace ninelives::ipc
