// futex(2) on words that processes share. Only the two operations that the bell needs.
#pragma once
#include <cstdint>

#include "ipc/atomic.hpp"
#include "ipc/deadline.hpp"

namespace ninelives::ipc {

// Sleeps while `word` holds `expected`, until woken or until the deadline. Wakes spuriously: look again.
// Returns false only when the deadline has passed.
bool futex_wait(Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline);

// Stores `value` and wakes all that sleep on `word`, in ONE system call (FUTEX_WAKE_OP): whoever is killed
// before it has changed nothing, and whoever has done it needs to do no more.
void futex_store_and_wake(Atomic<std::uint32_t>& word, std::uint32_t value);

}  // namespace ninelives::ipc
