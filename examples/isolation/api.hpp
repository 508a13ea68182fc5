// What the vandal can be told to do, and what its neighbour is asked meanwhile.
#pragma once
#include <ninelives/protocol.hpp>

struct Ask {};
struct NeighbourApi {
  using Calls = ninelives::Calls<int(Ask)>;
};

struct Scribble {};   // over its own heap and stack
struct Vandalize {};  // over the memory that it shares with others
struct Hoard {};      // memory
struct Leak {};       // files
struct Breed {};      // processes
struct VandalApi {
  using Calls = ninelives::Calls<int(Ask)>;
  using Casts = ninelives::Casts<Scribble, Vandalize, Hoard, Leak, Breed>;
};
