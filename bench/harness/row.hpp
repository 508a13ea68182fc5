// What is measured. A group is a table of rows that do the same thing in different ways: ours first, then the
// peers that it is compared with.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/harness/samples.hpp"
#include "bench/harness/stopwatch.hpp"

namespace ninelives::bench {

struct Row {
  std::string name;
  std::string trouble = {};  // why there is no figure; not empty: it is not measured (any more)
  std::function<Samples(Nanoseconds)> turn = {};  // run in a process of its own, which may leave things lying
  std::vector<Samples> turns = {};

  bool measured() const { return trouble.empty() && !turns.empty(); }
};

struct Group {
  std::string name;
  std::vector<Row> rows;  // the first is ours
  std::string unit = "ns";
  bool compared = true;  // false: all rows are ours, and about different things
};

// Only of a row that was measured.
inline double p50(const Row& row) { return summarise(row.turns).p50; }
// How long ours takes, in units of the peer's; nullopt if one of them has no figure.
inline std::optional<double> ratio(const Row& ours, const Row& peer) {
  if (!ours.measured() || !peer.measured() || p50(peer) <= 0) return std::nullopt;
  return p50(ours) / p50(peer);
}

}  // namespace ninelives::bench
