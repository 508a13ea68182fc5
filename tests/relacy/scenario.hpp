// What a scenario for relacy is made of: threads, and the words that they share. Include it last: relacy
// defines `new`, `delete`, `assert` and more as macros, and replaces the global operator new.
#pragma once
#include <array>
#include <cstdint>

#include "tests/relacy/shadow.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#include <relacy/relacy.hpp>
#pragma GCC diagnostic pop
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno
#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst

namespace ninelives::test::relacy {

using Shadow = rl::atomic<std::uint64_t>;

struct NamedWord {
  const void* word = nullptr;
  Role role = Role::commit;
  Shadow* shadow = nullptr;
};

// The words of the scenario that runs: made anew by relacy for each execution.
class Words {
 public:
  Words() { present = this; }

  // From before(): gives `word` a role and a first value.
  void name(const void* word, Role role, std::uint64_t value = 0) {
    shadows_[count_].store(value, rl::mo_relaxed, $);
    named_[count_] = {word, role, &shadows_[count_]};
    ++count_;
  }
  const NamedWord* find(const void* word) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (named_[i].word == word) return &named_[i];
    }
    return nullptr;
  }

  static inline const Words* present = nullptr;

 private:
  static constexpr std::size_t most = 16;
  std::array<Shadow, most> shadows_;
  std::array<NamedWord, most> named_;
  std::size_t count_ = 0;
};

inline const NamedWord* find_word(const void* word) { return Words::present->find(word); }

// As the kernel does it, under its own lock.
inline void kernel_wait(Shadow& word, std::uint64_t while_it_is) {
  rl::context& context = rl::ctx();
  context.sched();
  context.atomic_thread_fence_seq_cst();
  std::uint64_t found = 0;
  {
    const rl::preemption_disabler undivided(context);
    found = word.fetch_or(0, rl::mo_seq_cst, $);  // a load may be stale, what is changed is the last value
  }
  if (found == while_it_is) word.wait(context, false, false, $);
}

inline void kernel_store_and_wake(Shadow& word, std::uint64_t value) {
  rl::context& context = rl::ctx();
  word.exchange(value, rl::mo_seq_cst, $);
  word.wake(context, rl::thread_id_t{16}, $);
}

}  // namespace ninelives::test::relacy
