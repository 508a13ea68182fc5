// The atomic words of shared memory. A name of our own, so that a checker of memory orders can put its own
// words in their place (tests/relacy/).
#pragma once
#include <atomic>

namespace ninelives::ipc {

template <class T>
using Atomic = std::atomic<T>;

}  // namespace ninelives::ipc
