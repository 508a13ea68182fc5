// What can be said to the counter.
#pragma once
#include <cstdint>

#include <ninelives/protocol.hpp>

// One of many: 1, 2, 3 ... from each sender.
struct Hit {
  bool steady = false;
  std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Hit, (), (steady, number))

struct Totals {
  std::uint64_t steady = 0;        // hits of the steady sender that have arrived
  std::uint64_t victims = 0;       // hits of all others
  std::uint64_t out_of_order = 0;  // of the steady sender's: not the one after the one before
};
BOOST_DESCRIBE_STRUCT(Totals, (), (steady, victims, out_of_order))

struct Count {};

struct CounterApi {
  using Calls = ninelives::Calls<Totals(Count)>;
  using Casts = ninelives::Casts<Hit>;
};
