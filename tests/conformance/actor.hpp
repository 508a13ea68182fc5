// A worker that does what a scenario says of it. Its arguments: a file in which it counts its starts, how it
// ends when it is asked to stop, and what its first starts come to, in the words of scenario.hpp.
#pragma once
#include <string>

#include <ninelives/protocol.hpp>

namespace ninelives::conformance {

// Ends it by itself; `reason` is a word for a Reason.
struct End {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(End, (), (reason))

struct ActorApi {
  using Casts = ninelives::Casts<End>;
};

}  // namespace ninelives::conformance
