#include "ipc/futex.hpp"

#include <cerrno>
#include <climits>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

timespec to_timespec(Deadline deadline) {
  auto since_boot = deadline.time_since_epoch();
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  return {seconds.count(), static_cast<long>(std::chrono::nanoseconds(since_boot - seconds).count())};
}

}  // namespace

bool futex_wait(Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) {
  // The BITSET form takes an absolute time of CLOCK_MONOTONIC, which steady_clock is: futex(2).
  timespec until = to_timespec(deadline);
  long result = ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, expected,
                          deadline == no_deadline ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
  return !(result < 0 && errno == ETIMEDOUT);
}

void futex_store_and_wake(Atomic<std::uint32_t>& word, std::uint32_t value) {
  // Wakes everybody on `word`: a stray waiter must not eat the owner's wake-up. The second word of
  // FUTEX_WAKE_OP is the one that it stores to; its conditional wake is of no use here and asks for nobody.
  int store = static_cast<int>(FUTEX_OP(FUTEX_OP_SET, value, FUTEX_OP_CMP_EQ, 0));
  ::syscall(SYS_futex, &word, FUTEX_WAKE_OP, INT_MAX, 0L, &word, store);
}

}  // namespace ninelives::ipc
