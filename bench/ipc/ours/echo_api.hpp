// What the measured server answers.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/protocol.hpp>

// Answered by its own key: 15 bytes there and back.
struct Lookup {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Lookup, (), (key))

// Answered by its size: much there, little back.
struct Store {
  std::string bytes;
};
BOOST_DESCRIBE_STRUCT(Store, (), (bytes))

// The same, but the server reads it where it lies instead of having a copy of its own.
struct Inspect {
  std::string_view bytes;
};
BOOST_DESCRIBE_STRUCT(Inspect, (), (bytes))

struct Note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (text))

// Answered when so many notes have come that were not waited for yet.
struct AwaitNotes {
  std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(AwaitNotes, (), (count))

// The server's cores from now on.
struct UseCores {
  std::vector<int> cores;
};
BOOST_DESCRIBE_STRUCT(UseCores, (), (cores))

// The server makes so many monitors on that process.
struct WatchMany {
  ninelives::Pid pid;
  std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(WatchMany, (), (pid, count))

// Answered when all of them have told of the end; CLOCK_MONOTONIC.
struct AwaitDowns {};
struct Downs {
  std::uint64_t first_ns = 0;
  std::uint64_t last_ns = 0;
};
BOOST_DESCRIBE_STRUCT(Downs, (), (first_ns, last_ns))

struct EchoApi {
  using Calls = ninelives::Calls<std::string(Lookup), std::uint64_t(Store), std::uint64_t(Inspect),
                                 void(AwaitNotes), void(UseCores), void(WatchMany), Downs(AwaitDowns)>;
  using Casts = ninelives::Casts<Note>;
};
