// Waits for what other processes do. The bound is only there so that a failing test ends: what is waited for
// normally takes milliseconds, and no test may depend on how long.
#pragma once
#include <chrono>
#include <thread>

namespace ninelives::test {

inline constexpr std::chrono::milliseconds patience = std::chrono::seconds(20);

// For what has no descriptor to wait on: files and the process table. False if it did not come true in time.
template <class Condition>
bool wait_until(Condition condition, std::chrono::milliseconds bound = patience) {
  constexpr auto pause = std::chrono::milliseconds(2);
  const auto until = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until) return condition();
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace ninelives::test
