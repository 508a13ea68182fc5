#include "tests/relacy/shadow.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "ipc/futex.hpp"
#include "tests/relacy/scenario.hpp"

namespace ninelives::test::relacy {
namespace {

constexpr std::size_t orders = 6;

// Plain arrays: relacy takes every allocation that is made while it runs for one of the scenario's.
std::array<bool, roles * ops * orders> seen{};
std::vector<Weakening> present;

std::size_t number_of(const Access& access) {
  return (static_cast<std::size_t>(access.role) * ops + static_cast<std::size_t>(access.op)) * orders +
         static_cast<std::size_t>(access.order);
}

rl::memory_order as_performed(const Access& access) {
  seen[number_of(access)] = true;
  std::memory_order order = access.order;
  for (const Weakening& weakening : present) {
    if (weakening.access == access) order = weakening.to;
  }
  switch (order) {
    case std::memory_order::relaxed:
      return rl::mo_relaxed;
    case std::memory_order::consume:
    case std::memory_order::acquire:
      return rl::mo_acquire;
    case std::memory_order::release:
      return rl::mo_release;
    case std::memory_order::acq_rel:
      return rl::mo_acq_rel;
    case std::memory_order::seq_cst:
      break;
  }
  return rl::mo_seq_cst;
}

[[noreturn]] void abort_with(const char* text) {
  std::fprintf(stderr, "relacy: %s\n", text);
  std::abort();
}

}  // namespace

std::string to_string(std::memory_order order) {
  constexpr std::array names = {"relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};
  return names[static_cast<std::size_t>(order)];
}

std::string to_string(const Access& access) {
  constexpr std::array<const char*, roles> role_names = {"commit",  "tail_hint", "want_room", "entry_ring_id",
                                                         "cursor",  "start_inc", "start_pos", "released",
                                                         "leaf",    "summary",   "watchers",  "futex_word",
                                                         "fd_word", "row_state", "owner_inc", "accept_from"};
  constexpr std::array<const char*, ops> op_names = {"load", "store", "exchange", "fetch_or", "fetch_and"};
  return std::string(role_names[static_cast<std::size_t>(access.role)]) + " " +
         op_names[static_cast<std::size_t>(access.op)] + " " + to_string(access.order);
}

std::memory_order weaker(const Access& access) {
  using Order = std::memory_order;
  if (access.order != Order::seq_cst) return Order::relaxed;
  switch (access.op) {
    case Op::load:
      return Order::acquire;
    case Op::store:
      return Order::release;
    default:
      return Order::acq_rel;
  }
}

std::uint64_t load(const void* word, std::memory_order order) {
  const NamedWord* found = find_word(word);
  if (!found) return 0;
  return found->shadow->load(as_performed({found->role, Op::load, order}), $);
}

void store(const void* word, std::uint64_t value, std::memory_order order) {
  const NamedWord* found = find_word(word);
  if (found) return found->shadow->store(value, as_performed({found->role, Op::store, order}), $);
  if (value != 0) abort_with("a scenario stores into a word that it has not named");
}

std::uint64_t modify(const void* word, Op op, std::uint64_t operand, std::memory_order order) {
  const NamedWord* found = find_word(word);
  if (!found) abort_with("a scenario changes a word that it has not named");
  const rl::memory_order performed = as_performed({found->role, op, order});
  switch (op) {
    case Op::exchange:
      return found->shadow->exchange(operand, performed, $);
    case Op::fetch_or:
      return found->shadow->fetch_or(operand, performed, $);
    case Op::fetch_and:
      return found->shadow->fetch_and(operand, performed, $);
    default:
      abort_with("no such change");
  }
}

void weaken(std::vector<Weakening> weakenings) { present = std::move(weakenings); }

std::vector<Access> take_seen() {
  std::vector<Access> accesses;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!std::exchange(seen[i], false)) continue;
    accesses.push_back({static_cast<Role>(i / orders / ops), static_cast<Op>(i / orders % ops),
                        static_cast<std::memory_order>(i % orders)});
  }
  return accesses;
}

}  // namespace ninelives::test::relacy

namespace ninelives::ipc {

// futex(2) compares and falls asleep under a lock of the kernel's, and stores and wakes under the same: what
// it sees is the last value, and nothing comes in between. There is no deadline: what only a time-out would
// cure is a deadlock here, which relacy finds.
bool futex_wait(Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline) {
  test::relacy::kernel_wait(*test::relacy::find_word(&word)->shadow, expected);
  return true;
}

void futex_store_and_wake(Atomic<std::uint32_t>& word, std::uint32_t value) {
  test::relacy::kernel_store_and_wake(*test::relacy::find_word(&word)->shadow, value);
}

}  // namespace ninelives::ipc
