#include "ipc/poison.hpp"

#include <atomic>
#include <pthread.h>

namespace ninelives::ipc {
namespace {

std::atomic<bool> poisoned{false};

}  // namespace

void poison_forked_children() {
  static const int once = pthread_atfork(nullptr, nullptr, [] { poisoned.store(true); });
  static_cast<void>(once);
}

bool is_poisoned() { return poisoned.load(std::memory_order::relaxed); }

}  // namespace ninelives::ipc
