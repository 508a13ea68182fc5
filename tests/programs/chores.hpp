// Work for a process of its own.
#pragma once
#include <string>

#include <ninelives/protocol.hpp>

struct Double {
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(Double, (), (number))
struct Crash {};
struct Sleep {
  int ms = 0;
};
BOOST_DESCRIBE_STRUCT(Sleep, (), (ms))
struct Hang {};

struct ChoresApi {
  using Calls = ninelives::Calls<int(Double), void(Crash), int(Sleep), void(Hang)>;
};
