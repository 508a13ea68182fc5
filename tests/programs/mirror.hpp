// A worker that tells what it was given.
#pragma once
#include <optional>
#include <string>

#include <ninelives/protocol.hpp>

struct Variable {  // of its environment
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Variable, (), (name))

struct MirrorApi {
  using Calls = ninelives::Calls<std::optional<std::string>(Variable)>;
};
