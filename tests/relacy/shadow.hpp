// What stands behind the atomic words while relacy runs: for each word that a scenario names, one of relacy's
// own. Every access is noted by what it does to which kind of word and in which order; and one kind of access
// at a time can be weakened, without a change to the code that makes it.
//
// Nothing of relacy is in this header: it defines `new`, `delete`, `assert` and more as macros.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace ninelives::test::relacy {

enum class Role : std::uint8_t {
  commit,
  tail_hint,
  want_room,
  entry_ring_id,
  cursor,
  start_inc,
  start_pos,
  released,
  leaf,
  summary,
  watchers,
  futex_word,
  fd_word,
  row_state,
  owner_inc,
  accept_from,
};
inline constexpr std::size_t roles = 16;

enum class Op : std::uint8_t { load, store, exchange, fetch_or, fetch_and };
inline constexpr std::size_t ops = 5;

struct Access {
  Role role;
  Op op;
  std::memory_order order;
  friend bool operator==(const Access&, const Access&) = default;
};
std::string to_string(std::memory_order order);
std::string to_string(const Access& access);

// The next weaker order that means anything for such an access; relaxed has none.
std::memory_order weaker(const Access& access);

// ---- for the words in place of std::atomic's. A word that no scenario has named is zero for ever.

std::uint64_t load(const void* word, std::memory_order order);
void store(const void* word, std::uint64_t value, std::memory_order order);
std::uint64_t modify(const void* word, Op op, std::uint64_t operand, std::memory_order order);

// ---- for the checker

// What is weakened from now on, and to what.
struct Weakening {
  Access access;
  std::memory_order to;
};
void weaken(std::vector<Weakening> weakenings);
// All accesses since the last call.
std::vector<Access> take_seen();

}  // namespace ninelives::test::relacy
