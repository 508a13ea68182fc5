// In place of ipc/atomic.hpp: an atomic word of which relacy keeps the value, so that the mailbox's own code
// runs under every order that C++ allows. Its size and its address are those of the real one.
#pragma once
#include <array>
#include <cstddef>

#include "tests/relacy/shadow.hpp"

namespace ninelives::ipc {

template <class T>
class Atomic {
 public:
  static constexpr bool is_always_lock_free = true;

  T load(std::memory_order order = std::memory_order::seq_cst) const {
    return static_cast<T>(test::relacy::load(this, order));
  }
  void store(T value, std::memory_order order = std::memory_order::seq_cst) {
    test::relacy::store(this, static_cast<std::uint64_t>(value), order);
  }
  T exchange(T value, std::memory_order order = std::memory_order::seq_cst) {
    return modify(test::relacy::Op::exchange, value, order);
  }
  T fetch_or(T value, std::memory_order order = std::memory_order::seq_cst) {
    return modify(test::relacy::Op::fetch_or, value, order);
  }
  T fetch_and(T value, std::memory_order order = std::memory_order::seq_cst) {
    return modify(test::relacy::Op::fetch_and, value, order);
  }

 private:
  T modify(test::relacy::Op op, T value, std::memory_order order) {
    return static_cast<T>(test::relacy::modify(this, op, static_cast<std::uint64_t>(value), order));
  }

  alignas(T) std::array<std::byte, sizeof(T)> place_;
};

}  // namespace ninelives::ipc
