// What is said in a storm. Each message carries who sends it, the how-manyth it is from there to its
// receiver, and a seal over all that, so that the receiver knows a torn one by itself.
#pragma once
#include <cstdint>
#include <string>

#include <ninelives/protocol.hpp>

#include "tests/storm/roster.hpp"

namespace ninelives::storm {

struct Letter {
  std::uint32_t sender = 0;
  std::uint64_t life = 0;    // of the sender: numbers begin again with each
  std::uint64_t number = 0;  // 1, 2, 3 ... to this receiver
  std::string bytes;
  std::uint64_t seal = 0;
};
BOOST_DESCRIBE_STRUCT(Letter, (), (sender, life, number, bytes, seal))

struct Tell {  // a cast
  Letter letter = {};
  std::uint32_t work_us = 0;  // how long it takes to handle
};
BOOST_DESCRIBE_STRUCT(Tell, (), (letter, work_us))

struct Ask {  // a call
  Letter letter = {};
  std::uint32_t work_us = 0;
  std::uint32_t hops = 0;    // so many more servers are asked on the way
  std::uint32_t wanted = 0;  // bytes in the answer
};
BOOST_DESCRIBE_STRUCT(Ask, (), (letter, work_us, hops, wanted))

struct StormApi {
  using Calls = ninelives::Calls<Letter(Ask)>;  // the answer has the number of its question
  using Casts = ninelives::Casts<Tell>;
};

Letter sealed(std::uint32_t sender, std::uint64_t life, std::uint64_t number, std::size_t bytes);
bool is_whole(const Letter& letter);

}  // namespace ninelives::storm
