// A server with I/O of its own: it reads the lines of a pipe.
#pragma once
#include <string>
#include <vector>

#include <ninelives/protocol.hpp>

struct Lines {};
struct ListenerApi {
  using Calls = ninelives::Calls<std::vector<std::string>(Lines)>;
};
