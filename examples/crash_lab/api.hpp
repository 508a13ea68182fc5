// The ways to die that a process has by itself; kill -9 needs no help of its victim.
#pragma once
#include <ninelives/protocol.hpp>

namespace crash_lab {

enum class Way { segfault, abort, exit_0, exit_3, exception, endless_loop, memory_hog };
BOOST_DESCRIBE_ENUM(Way, segfault, abort, exit_0, exit_3, exception, endless_loop, memory_hog)

struct Die {
  Way way = {};
};
BOOST_DESCRIBE_STRUCT(Die, (), (way))

struct VictimApi {
  using Casts = ninelives::Casts<Die>;
};

}  // namespace crash_lab
