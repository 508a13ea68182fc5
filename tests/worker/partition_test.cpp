// Which partition a key belongs to. Who answers for it: tests/e2e/partitions_test.cpp.
#include <catch2/catch.hpp>
#include <limits>

#include <ninelives/partition.hpp>

namespace ninelives::test {
namespace {

struct Place {
  std::int32_t row = 0;
  std::int32_t seat = 0;
};
BOOST_DESCRIBE_STRUCT(Place, (), (row, seat))

}  // namespace

TEST_CASE("an integer is spread by its absolute value, as in Elixir") {
  CHECK(detail::partition_key(7) == 7);
  CHECK(detail::partition_key(-7) == 7);
  CHECK(detail::partition_key(std::uint8_t{200}) == 200);
  CHECK(detail::partition_key(std::int8_t{-128}) == 128);
  CHECK(detail::partition_key(std::numeric_limits<std::int64_t>::min()) == std::uint64_t{1} << 63);
  CHECK(detail::partition_key(std::numeric_limits<std::uint64_t>::max()) ==
        std::numeric_limits<std::uint64_t>::max());
}

// What is written down here must not change: partitions keep what belongs to their keys.
TEST_CASE("any other key is spread by its bytes, which are the same everywhere") {
  const char* alice = "alice";
  CHECK(detail::partition_key("alice") == 1045930504);
  CHECK(detail::partition_key(std::string("alice")) == detail::partition_key(alice));
  CHECK(detail::partition_key(std::string_view("alice")) == detail::partition_key(alice));
  CHECK(detail::partition_key(Place{1, 2}) == 1185653088);
  CHECK(detail::partition_key(true) != detail::partition_key(false));
}

}  // namespace ninelives::test
