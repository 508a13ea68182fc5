// What the measured server answers: a call with a 15-byte key and a value of the same size back, and a 64-byte cast.
#pragma once
#include <string>

#include <ninelives/protocol.hpp>

struct Lookup {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Lookup, (), (key))

struct Note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (text))

struct Count {};

struct EchoApi {
  using Calls = ninelives::Calls<std::string(Lookup), std::uint64_t(Count)>;
  using Casts = ninelives::Casts<Note>;
};
