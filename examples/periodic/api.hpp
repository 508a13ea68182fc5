// What can be said to the collector, and to the task that works for it.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <ninelives/protocol.hpp>

#include "samples.hpp"

namespace periodic {

struct Ticks {};
struct Ticked {
  std::uint64_t ticks = 0;
  Microseconds late = {};  // the last one
};
BOOST_DESCRIBE_STRUCT(Ticked, (), (ticks, late))

struct Report {
  std::uint64_t rounds = 1;  // how much work it is
};
BOOST_DESCRIBE_STRUCT(Report, (), (rounds))

struct CollectorApi {
  using Calls = ninelives::Calls<Ticked(Ticks), std::expected<Summary, std::string>(Report)>;
};

struct Summarise {
  std::vector<std::int64_t> samples;
  std::uint64_t rounds = 1;
};
BOOST_DESCRIBE_STRUCT(Summarise, (), (samples, rounds))

struct SummaryApi {
  using Calls = ninelives::Calls<Summary(Summarise)>;
};

}  // namespace periodic
