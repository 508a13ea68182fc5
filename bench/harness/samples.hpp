// Measured values of one thing, and what is told of them.
#pragma once
#include <vector>

namespace ninelives::bench {

using Samples = std::vector<double>;

// The value that the share `q` of the samples does not exceed. Not of none.
double quantile(Samples samples, double q);
inline double median(Samples samples) { return quantile(std::move(samples), 0.5); }

struct Summary {
  double p50;  // the median of the turns' medians
  double p99;  // of all samples of all turns together, as p999 is
  double p999;
  double p50_lowest;  // among the turns' medians, as p50_highest is: what the machine's moods do to p50
  double p50_highest;
};
Summary summarise(const std::vector<Samples>& turns);

}  // namespace ninelives::bench
