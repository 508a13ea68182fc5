// Sends to the workers of a storm and keeps the book about it: before each message, and when its end is
// known.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include <ninelives/ref.hpp>

#include "tests/storm/book.hpp"
#include "tests/storm/messages.hpp"

namespace ninelives::storm {

// A wait that lasts so long has hung: nobody is stopped nearly as long, and the mailbox's own backstop, which
// would help where a wake-up was lost, comes earlier.
inline constexpr std::chrono::nanoseconds patience = std::chrono::seconds(60);

struct Wish {
  std::size_t bytes = 0;
  std::uint32_t work_us = 0;
  std::uint32_t hops = 0;
  std::uint32_t wanted = 0;
  std::chrono::nanoseconds lasting = patience;
};

class Speaker {
 public:
  Speaker(const Book& book, Actor me, std::uint64_t life);

  Outcome tell(Actor to, const Wish& wish);
  Outcome ask(Actor to, const Wish& wish);
  // The process that the name stands for now, if one runs.
  std::expected<Pid, SendError> pid_of(Actor worker) const { return refs_[worker].pid(); }

 private:
  Entry begin(Actor to, const Wish& wish);
  Outcome end(Entry entry, Outcome outcome) const;

  const Book& book_;
  Actor me_;
  std::uint64_t life_;
  std::array<std::uint64_t, roster.size()> sent_{};
  std::vector<Ref<StormApi>> refs_;
};

}  // namespace ninelives::storm
