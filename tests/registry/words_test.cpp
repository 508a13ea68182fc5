// What a registry is told by its command line, and a worker by its environment.
#include <catch2/catch.hpp>

#include <ninelives/ipc/via.hpp>

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

TEST_CASE("via: a name survives the way through the environment, and nothing else is taken for one") {
  const Via name = via("shop/sessions", "alice in\nchains", std::vector<int>{1, 2});
  CHECK(ipc::to_environment(via("sessions", "alice")) == "a5616c696365 c0 sessions");
  CHECK(ipc::from_environment(ipc::to_environment(name)) == name);
  for (const char* text :
       {"", "sessions", "a5 sessions", "a5 c sessions", "xx c0 sessions", "a5 c0 ", " c0 sessions"})
    CHECK_FALSE(ipc::from_environment(text));
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
