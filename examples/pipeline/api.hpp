// What the stages say to each other. A stage gives nothing that it was not asked for, and keeps nothing of
// what it has given: whoever has not got it asks again.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>

#include <ninelives/ref.hpp>

namespace pipeline {

// The lines that begin in [begin, end) of the input.
struct Demand {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};
BOOST_DESCRIBE_STRUCT(Demand, (), (begin, end))

struct Part {
  std::uint64_t begin = 0;  // of the first line, in the input
  std::string text = {};
  bool last = false;  // nothing is behind it
};
BOOST_DESCRIBE_STRUCT(Part, (), (begin, text, last))

// The reader's and the parser's: one more stage between two others is one more of these.
struct StageApi {
  using Calls = ninelives::Calls<Part(Demand)>;
};
// Nobody asks the writer: it asks.
struct WriterApi {
  using Calls = ninelives::Calls<>;
};

// A stage that was killed has another life, which can be asked the same. Nothing else goes wrong here.
inline void expect_killed(const ninelives::CallError& error) {
  using Kind = ninelives::CallError::Kind;
  if (error.kind != Kind::down && error.kind != Kind::dropped) throw std::runtime_error(error.text);
}

}  // namespace pipeline
