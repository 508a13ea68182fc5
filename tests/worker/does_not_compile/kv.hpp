// A protocol for servers that are wrong.
#pragma once
#include <string>

#include <ninelives/serve.hpp>

struct Get {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Get, (), (key))
struct Put {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Put, (), (key))
struct Tick {};
struct Load {};
struct KvApi {
  using Calls = ninelives::Calls<std::string(Get)>;
  using Casts = ninelives::Casts<Put>;
};
