// Whether to spin before sleeping, and for how long: only while it pays off, only where something comes soon,
// and only where another core can run the peer meanwhile. A call between two awake processes takes a fraction
// of a microsecond, a wake-up tens of them.
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
    const auto patience = next_patience();
    if (patience == std::chrono::nanoseconds::zero()) return poll();
    bool found = false;
    for (int i = 0; i < polls_without_clock && !found; ++i) found = poll();
    if (!found) found = spin_until(std::chrono::steady_clock::now() + patience, poll);
    learn(found);
    return found;
  }

  // How long this thread has slept before something came: had it spun, would it have seen that come?
  void has_slept(std::chrono::nanoseconds time) { comes_soon_ = time <= most; }

 private:
  // Reading the clock, and pausing, would cost an awake peer's answer more than polling does: it is here
  // within these few microseconds or takes longer anyway.
  static constexpr int polls_without_clock = 1000;
  static constexpr int polls_per_clock = 32;
  static constexpr std::chrono::nanoseconds most{50'000};
  static constexpr std::chrono::nanoseconds least{1'000};
  static constexpr int sleeps_between_tries =
      32;  // after spinning has stopped to pay off, look now and then whether it does again

  template <class Poll>
  static bool spin_until(std::chrono::steady_clock::time_point end, Poll& poll) {
    do {
      for (int i = 0; i < polls_per_clock; ++i) {
        __builtin_ia32_pause();
        if (poll()) return true;
      }
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  std::chrono::nanoseconds next_patience() {
    if (!has_other_core_ || !comes_soon_) return {};
    if (patience_ >= least) return patience_;
    if (++sleeps_ < sleeps_between_tries) return {};
    sleeps_ = 0;
    return 4 * least;
  }
  void learn(bool paid_off) {
    patience_ = paid_off ? std::min(most, std::max(least, patience_) * 2) : patience_ / 2;
  }

  const bool has_other_core_ = std::thread::hardware_concurrency() > 1;
  std::chrono::nanoseconds patience_ = most;
  int sleeps_ = 0;
  bool comes_soon_ = true;
};

}  // namespace ninelives::ipc
