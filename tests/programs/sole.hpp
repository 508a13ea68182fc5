// A child of which at most one incarnation may be alive, and which says so if there are two.
#pragma once
#include <cstdint>

#include <ninelives/protocol.hpp>

struct Echo {
  std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Echo, (), (number))

struct SoleApi {
  using Calls = ninelives::Calls<std::uint64_t(Echo)>;
};
