// Whether to spin before sleeping, and for how long: only while it pays off, and only where another core can run the
// peer meanwhile. A call between two awake processes takes a fraction of a microsecond, a wake-up tens of them.
#pragma once
#include <algorithm>
#include <chrono>
#include <thread>

namespace ninelives::ipc {

class Spinner {
 public:
  // Polls until `poll()` is true or the time is up; says which.
  template <class Poll>
  bool spin(Poll poll) {
    if (poll()) return true;
    const auto patience = next_patience();
    if (patience == std::chrono::nanoseconds::zero()) return false;
    const auto until = std::chrono::steady_clock::now() + patience;
    bool found = false;
    do {
      for (int i = 0; i < polls_per_clock && !found; ++i) {
        __builtin_ia32_pause();
        found = poll();
      }
    } while (!found && std::chrono::steady_clock::now() < until);
    learn(found);
    return found;
  }

 private:
  static constexpr int polls_per_clock = 32;
  static constexpr std::chrono::nanoseconds most{50'000};
  static constexpr std::chrono::nanoseconds least{1'000};
  static constexpr int sleeps_between_tries = 32;  // after spinning has stopped to pay off, look now and then whether it does again

  std::chrono::nanoseconds next_patience() {
    if (!has_other_core_) return {};
    if (patience_ >= least) return patience_;
    if (++sleeps_ < sleeps_between_tries) return {};
    sleeps_ = 0;
    return 4 * least;
  }
  void learn(bool paid_off) { patience_ = paid_off ? std::min(most, std::max(least, patience_) * 2) : patience_ / 2; }

  const bool has_other_core_ = std::thread::hardware_concurrency() > 1;
  std::chrono::nanoseconds patience_ = most;
  int sleeps_ = 0;
};

}  // namespace ninelives::ipc
