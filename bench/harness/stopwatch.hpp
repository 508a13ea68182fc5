// Times one operation again and again.
#pragma once
#include <algorithm>
#include <chrono>
#include <thread>

#include "bench/harness/samples.hpp"

namespace ninelives::bench {

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::nanoseconds;

inline constexpr std::size_t samples_max = std::size_t{1} << 18;  // of one turn

// What two readings with nothing between them are apart: a good part of a call between two awake processes,
// so it is taken off every sample.
inline double cost_of_clock() {
  Samples samples;
  for (int i = 0; i < 1000; ++i) {
    const auto begin = Clock::now();
    samples.push_back(static_cast<double>(Nanoseconds(Clock::now() - begin).count()));
  }
  return median(std::move(samples));
}

struct Pace {
  Nanoseconds budget{};  // of the whole, a tenth of it for warming up; one sample is taken in any case
  Nanoseconds pause{};   // before each sample: long enough for the other side to have gone to sleep
  int operations_per_sample = 1;  // more than one where the clock could not tell one from nothing
};

// Memory whose first touch is not part of a sample.
inline Samples room_for_samples() {
  Samples samples(samples_max);
  samples.clear();
  return samples;
}

// ns an operation.
template <class Operation>
void measure_into(Samples& samples, Operation&& operation, const Pace& pace, Clock::time_point end) {
  const double clock = cost_of_clock();
  for (bool in_time = true; in_time && samples.size() < samples_max;) {
    if (pace.pause > Nanoseconds::zero()) std::this_thread::sleep_for(pace.pause);
    const auto begin = Clock::now();
    for (int i = 0; i < pace.operations_per_sample; ++i) operation();
    const auto after = Clock::now();
    const auto took = static_cast<double>(Nanoseconds(after - begin).count());
    samples.push_back(std::max(0.0, took - clock) / pace.operations_per_sample);
    in_time = after < end;
  }
}

template <class Operation>
Samples measure(Operation&& operation, const Pace& pace) {
  Samples samples = room_for_samples();
  const auto begin = Clock::now();
  measure_into(samples, operation, pace, begin + pace.budget / 10);
  samples.clear();
  measure_into(samples, operation, pace, begin + pace.budget);
  return samples;
}

}  // namespace ninelives::bench
