// A worker that stands in registries, and listens to them.
#pragma once
#include <string>
#include <vector>

#include <ninelives/registry_protocol.hpp>

struct Join {
  std::string registry;
  std::string key;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(Join, (), (registry, key, value))
struct Leave {
  std::string registry;
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Leave, (), (registry, key))
// Takes a lock of a registry, and hangs for ever while it has it.
struct HoldForEver {
  std::string registry;
  std::string key;
};
BOOST_DESCRIBE_STRUCT(HoldForEver, (), (registry, key))
struct Changes {};
struct WhoAreYou {};

struct MemberApi {
  // What has gone wrong, or nothing.
  using Calls = ninelives::Calls<std::string(Join), std::string(Leave), std::vector<std::string>(Changes),
                                 ninelives::Pid(WhoAreYou)>;
  using Casts = ninelives::Casts<HoldForEver>;
  using Infos = ninelives::Infos<ninelives::registry::Register, ninelives::registry::Unregister>;
};
