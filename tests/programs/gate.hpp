// A worker that a test can keep busy for as long as it likes.
#pragma once
#include <cstdint>
#include <string>

#include <ninelives/protocol.hpp>

struct WaitAt {  // makes the file PIPE.reached, and waits until somebody opens the named pipe for writing
  std::string pipe;
};
BOOST_DESCRIBE_STRUCT(WaitAt, (), (pipe))

struct HangForEver {};

struct Count {};
struct HowMany {};

struct GateApi {
  using Calls = ninelives::Calls<std::uint64_t(HowMany)>;
  using Casts = ninelives::Casts<WaitAt, HangForEver, Count>;
};
