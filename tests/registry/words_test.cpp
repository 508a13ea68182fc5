// What a registry is told by its command line, and what keys and values are.
#include <catch2/catch.hpp>

#include <ninelives/via.hpp>

#include "worker/registry/options.hpp"

namespace ninelives {

TEST_CASE("registry: its options are read, and what is none is refused with a sentence") {
  using registry::read_options;
  CHECK(read_options({})->keys == ipc::RegistryKeys::unique);
  const char* const all[] = {"--listener", "audit", "--keys", "duplicate", "--listener", "shop/log"};
  const auto options = read_options(all);
  CHECK(options->keys == ipc::RegistryKeys::duplicate);
  CHECK(options->listeners == std::vector<std::string>{"audit", "shop/log"});
  const char* const unknown[] = {"--partitions", "4"};
  CHECK_THAT(read_options(unknown).error(), Catch::StartsWith("\"--partitions\" is no option; usage: "));
  const char* const half[] = {"--keys"};
  CHECK_THAT(read_options(half).error(), Catch::StartsWith("--keys wants a word behind it"));
  const char* const odd[] = {"--keys", "odd"};
  CHECK_THAT(read_options(odd).error(), Catch::StartsWith("keys are unique or duplicate, not \"odd\""));
}

TEST_CASE("a value of any type is sent as itself") {
  struct {
    std::string operator()(const Encoded& value) const { return to_bytes(value); }
  } const bytes;
  CHECK(bytes(Encoded::from(7)) == to_bytes(7));
  CHECK(bytes(Encoded::from("text")) == to_bytes(std::string("text")));
  CHECK(from_bytes<Encoded>(to_bytes(std::vector{1, 2}))->as<std::vector<int>>().value() ==
        std::vector{1, 2});
  CHECK(Encoded{}.as<std::optional<int>>().value() == std::nullopt);
  CHECK_FALSE(Encoded::from(7).as<std::string>());
  CHECK_FALSE(from_bytes<Encoded>("\x92\x01"));  // a list of two that ends too early
}

}  // namespace ninelives
