#include "bench/harness/samples.hpp"

#include <algorithm>
#include <cmath>

namespace ninelives::bench {

double quantile(Samples samples, double q) {
  const double rank = std::ceil(static_cast<double>(samples.size()) * q);
  const auto place = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
  std::nth_element(samples.begin(), samples.begin() + place, samples.end());
  return samples[static_cast<std::size_t>(place)];
}

Summary summarise(const std::vector<Samples>& turns) {
  Samples medians, all;
  for (const Samples& turn : turns) {
    medians.push_back(median(turn));
    all.insert(all.end(), turn.begin(), turn.end());
  }
  const auto [lowest, highest] = std::minmax_element(medians.begin(), medians.end());
  return {.p50 = median(medians),
          .p99 = quantile(all, 0.99),
          .p999 = quantile(all, 0.999),
          .p50_lowest = *lowest,
          .p50_highest = *highest};
}

}  // namespace ninelives::bench
