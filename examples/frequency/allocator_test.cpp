#include "allocator.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {
using Numbers = std::vector<int>;
}

TEST_CASE("frequency: what is allocated is nobody else's until it is given back") {
  Allocator<std::string> frequencies({10, 11});
  CHECK(frequencies.allocate("ann") == 10);
  CHECK(frequencies.allocate("bob") == 11);
  CHECK(frequencies.allocate("cat").error() == Refusal::no_frequency);
  CHECK(frequencies.deallocate(10, "ann"));
  CHECK(frequencies.free() == Numbers{10});
  CHECK(frequencies.allocate("cat") == 10);
}

TEST_CASE("frequency: only who has a frequency gives it back, and only once") {
  Allocator<std::string> frequencies({10, 11});
  REQUIRE(frequencies.allocate("ann") == 10);
  CHECK(frequencies.deallocate(10, "bob").error() == Refusal::not_yours);
  CHECK(frequencies.deallocate(11, "ann").error() == Refusal::not_yours);
  CHECK(frequencies.deallocate(99, "ann").error() == Refusal::not_yours);
  CHECK(frequencies.free() == Numbers{11});
  CHECK(frequencies.deallocate(10, "ann"));
  CHECK(frequencies.deallocate(10, "ann").error() == Refusal::not_yours);
  CHECK(frequencies.free() == Numbers{10, 11});
}
