// The bell: how a sleeping owner is woken. Senders set their bit and ring; the owner collects the bits and
// sleeps. A bell holds hints only: garbage in it costs time, bounded by the backstop, never a message.
//
// Memory orders, each pair found necessary by a model (seq_cst unless said otherwise):
//   sender: commit, then bits  ||  owner: exchange of the bits, then first load of a ring
//   sender: bits, then load of futex_word and fd_word  ||  owner: store asleep/parked, then load of the
//   summary
#pragma once
#include "ipc/deadline.hpp"
#include "ipc/layout.hpp"
#include "ipc/slot_set.hpp"

namespace ninelives::ipc {

// ---- the side of those who ring

// Are both levels of the sender's bit still set, so that the owner cannot sleep without looking? Only then
// may setting them be skipped: that is proof of the final effect, not of somebody's intent.
inline bool bit_is_set(const Bell& bell, Slot from) {
  const std::size_t word = from / 64;
  return (bell.leaves[word].load(std::memory_order::seq_cst) >> (from % 64) & 1) != 0 &&
         (bell.summary[word / 64].load(std::memory_order::seq_cst) >> (word % 64) & 1) != 0;
}

// The leaf comes before the summary: an owner that sees the summary finds the leaf.
inline void set_bit(Bell& bell, Slot from) {
  const std::size_t word = from / 64;
  bell.leaves[word].fetch_or(std::uint64_t{1} << (from % 64), std::memory_order::seq_cst);
  bell.summary[word / 64].fetch_or(std::uint64_t{1} << (word % 64), std::memory_order::seq_cst);
}

// Asks to be told of the owner's death. Never cleared while the slot keeps its owner: a stale bit is
// harmless.
inline void watch(Bell& bell, Slot watcher) {
  bell.watchers[watcher / 64].fetch_or(std::uint64_t{1} << (watcher % 64), std::memory_order::seq_cst);
}

// Wakes the owner if it sleeps on its futex. Where it is parked on its door the caller has to knock on that:
// the door is a file, and this header knows none.
enum class Woken { nobody, sleeper, still_parked };
[[nodiscard]] Woken wake(Bell& bell);

// ---- the owner's side

inline bool anything_rung(const Bell& bell) {
  for (const auto& word : bell.summary) {
    if (word.load(std::memory_order::seq_cst) != 0) return true;
  }
  return false;
}

// The same, but for one slot, whose ring is polled anyway.
bool anything_rung_but(const Bell& bell, Slot polled);

// Takes all bits over into `ready`.
void collect(Bell& bell, SlotSet& ready);
// The same, but leaves the bit of `kept` where it is if it is set: its ring is being polled, and a sender
// that finds its bit still set has less to do.
void collect_but(Bell& bell, SlotSet& ready, Slot kept);
// Forgets all leaves, those without a summary bit too, which a vandal may have set: with one of those a
// sender could believe for ever that its bit is on its way.
void clear_leaves(Bell& bell);

// Sleeps on the futex until rung or until the deadline; returns at once when something was rung already, or
// when `is_over` says that nothing will be any more: whoever stores that wakes the owner afterwards. Returns
// false only when the deadline has passed.
bool sleep_on(Bell& bell, Deadline deadline, const std::atomic<bool>& is_over);

// The fd way to sleep: park, and if it says true wait until the door is readable, then unpark. False: do not
// wait, something was rung already. Empty the door only while not parked.
[[nodiscard]] bool park(Bell& bell);
void unpark(Bell& bell);

}  // namespace ninelives::ipc
