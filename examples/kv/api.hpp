// What can be said to the key-value store: all that a client includes.
#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include <ninelives/protocol.hpp>

struct Get {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Get, (), (key))

struct Put {
  std::string key, value;
};
BOOST_DESCRIBE_STRUCT(Put, (), (key, value))

struct Size {};

struct KvApi {
  using Calls = ninelives::Calls<std::optional<std::string>(Get), std::size_t(Size)>;
  using Casts = ninelives::Casts<Put>;
};
