// The pure core: what has been measured, and what can be said of it. No process, no message, no clock.
#pragma once
#include <algorithm>
#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

namespace periodic {

using Microseconds = std::chrono::microseconds;

// How late each tick was, by the grid on which they should lie: the n-th is due n periods after the begin.
// One that is left out makes all that follow late.
class Lateness {
 public:
  explicit Lateness(Microseconds period) : period_(period) {}

  void tick(Microseconds since_begin) {
    samples_.push_back((since_begin - period_ * (std::ssize(samples_) + 1)).count());
  }
  const std::vector<std::int64_t>& samples() const { return samples_; }

 private:
  Microseconds period_;
  std::vector<std::int64_t> samples_;
};

struct Summary {
  std::uint64_t samples = 0;
  Microseconds median = {};
  Microseconds from = {}, to = {};  // where the median lies, with a confidence of 90 %
};
BOOST_DESCRIBE_STRUCT(Summary, (), (samples, median, from, to))

inline std::int64_t median_of(std::vector<std::int64_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// A bootstrap: where the medians of so many samples lie that are drawn from the sample. It takes as long as
// there are rounds. There is at least one sample.
inline Summary summarise(const std::vector<std::int64_t>& samples, std::uint64_t rounds) {
  rounds = std::max<std::uint64_t>(rounds, 1);
  std::mt19937_64 dice(rounds);
  std::uniform_int_distribution<std::size_t> any(0, samples.size() - 1);
  std::map<std::int64_t, std::uint64_t> medians;  // how often each one came out
  std::vector<std::int64_t> drawn(samples.size());
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::ranges::generate(drawn, [&] { return samples[any(dice)]; });
    ++medians[median_of(drawn)];
  }
  auto above = [&](std::uint64_t below) {
    auto median = medians.begin();
    for (; median->second <= below; ++median) below -= median->second;
    return Microseconds(median->first);
  };
  return {samples.size(), Microseconds(median_of(samples)), above(rounds / 20),
          above(rounds - 1 - rounds / 20)};
}

}  // namespace periodic
