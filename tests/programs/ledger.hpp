// A worker that writes down every number that it is sent, before anything else.
#pragma once
#include <cstdint>

#include <ninelives/protocol.hpp>

struct Enter {
  std::uint32_t sender = 0;
  std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Enter, (), (sender, number))

struct Repeat {
  std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Repeat, (), (number))

struct LedgerApi {
  using Calls = ninelives::Calls<std::uint64_t(Repeat)>;
  using Casts = ninelives::Casts<Enter>;
};

// One entry of the file that $LEDGER names, written by one write(2): whole or not there.
struct LedgerEntry {
  std::uint64_t sender = 0;
  std::uint64_t number = 0;
};
