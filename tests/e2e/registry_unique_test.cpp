// Elixir's registry tests for unique keys, case by case (docs/otp-conformance.md).
#include <catch2/catch.hpp>

#include "tests/e2e/registry_node.hpp"

namespace ninelives::test {
namespace {

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("registry, unique: an empty one counts 0 keys, and lists nothing") {
  const RegistryNode test;
  CHECK(test.names.count().value() == 0);
  CHECK(test.names.lookup("hello")->empty());
  CHECK(test.names.keys(test.me())->empty());
  CHECK(test.names.values("hello", test.me())->empty());
}

TEST_CASE("registry, unique: the number of keys is counted") {
  const RegistryNode test;
  REQUIRE(test.names.register_name("hello", "value"));
  CHECK(test.names.count().value() == 1);
  REQUIRE(test.names.register_name("world", "value"));
  CHECK(test.names.count().value() == 2);
  REQUIRE(test.names.unregister("hello"));
  CHECK(test.names.count().value() == 1);
}

TEST_CASE("registry, unique: a key is registered once, also by the same process") {
  const RegistryNode test;
  const auto registered = test.names.register_name("hello", "value");
  REQUIRE(registered);
  CHECK(*registered == whereis<registry::Api>("names").pid().value());
  CHECK(test.names.keys<std::string>(test.me()).value() == Strings{"hello"});
  CHECK(test.names.values<std::string>("hello", test.me()).value() == Strings{"value"});

  const auto again = test.names.register_name("hello", "other");
  REQUIRE_FALSE(again);
  CHECK(again.error().is(Refusal::Kind::already_registered));
  CHECK(again.error().pid() == test.me());
  CHECK(to_string(again.error()) == "already_registered " + to_string(test.me()));
  CHECK(test.names.values<std::string>("hello", test.me()).value() == Strings{"value"});

  REQUIRE(test.names.register_name("world", "value"));
  auto keys = test.names.keys<std::string>(test.me()).value();
  std::ranges::sort(keys);
  CHECK(keys == Strings{"hello", "world"});
}

TEST_CASE("registry, unique: a key is registered once among all processes") {
  const RegistryNode test;
  Someone other;
  REQUIRE(other.does([&] { return test.names.register_name("hello", "value").has_value(); }));
  const auto refused = test.names.register_name("hello", "recent");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().pid() == other.pid());
  CHECK(test.names.keys(test.me())->empty());
  CHECK(test.names.values("hello", test.me())->empty());
  CHECK(test.names.values<std::string>("hello", other.pid()).value() == Strings{"value"});
  CHECK(test.names.lookup<std::string>("hello").value() ==
        std::vector<Registered<std::string>>{{other.pid(), "value"}});

  other.end();
  REQUIRE(wait_until([&] { return test.names.register_name("hello", "recent").has_value(); }));
  CHECK(test.names.lookup<std::string>("hello").value() ==
        std::vector<Registered<std::string>>{{test.me(), "recent"}});
}

TEST_CASE("registry, unique: keys of one number are two if one is whole and the other is not") {
  const RegistryNode test;
  REQUIRE(test.names.register_name(1.0, "float"));
  CHECK(test.names.lookup<std::string>(1.0)->at(0).value == "float");
  CHECK(test.names.lookup(1)->empty());
  REQUIRE(test.names.register_name(1, "integer"));
  CHECK(test.names.lookup<std::string>(1L)->at(0).value == "integer");
  REQUIRE(test.names.unregister(1));
  CHECK(test.names.lookup(1)->empty());
  CHECK(test.names.lookup(1.0)->size() == 1);
}

TEST_CASE("registry, unique: a process updates its own value") {
  const RegistryNode test;
  const auto add_one = [](int value) { return value + 1; };
  CHECK(test.names.update_value<int>("hello", add_one).error().is(Refusal::Kind::not_registered));
  REQUIRE(test.names.register_name("hello", 1));
  CHECK(test.names.update_value<int>("hello", add_one).value() == Updated<int>{2, 1});
  CHECK(test.names.lookup<int>("hello").value() == std::vector<Registered<int>>{{test.me(), 2}});
  Someone other;
  CHECK(other.does([&] {
    return test.names.update_value<int>("hello", add_one).error().is(Refusal::Kind::not_registered);
  }));
  CHECK(test.names.lookup<int>("hello")->at(0).value == 2);
}

TEST_CASE("registry, unique: a dispatch visits the one process of a key, and nobody where there is none") {
  const RegistryNode test;
  int visits = 0;
  REQUIRE(test.names.dispatch("hello", [&](const auto&) { ++visits; }));
  CHECK(visits == 0);
  REQUIRE(test.names.register_name("hello", "value"));
  REQUIRE(test.names.dispatch<std::string>("hello", [&](const auto& entries) {
    ++visits;
    CHECK(entries == std::vector<Registered<std::string>>{{test.me(), "value"}});
  }));
  CHECK(visits == 1);
}

TEST_CASE("registry, unique: a process is unregistered by its key") {
  const RegistryNode test;
  REQUIRE(test.names.register_name("hello", "value"));
  REQUIRE(test.names.register_name("world", "value"));
  REQUIRE(test.names.unregister("hello"));
  CHECK(test.names.keys<std::string>(test.me()).value() == Strings{"world"});
  REQUIRE(test.names.unregister("world"));
  CHECK(test.names.keys(test.me())->empty());
}

TEST_CASE("registry, unique: to unregister what is not there does nothing") {
  const RegistryNode test;
  CHECK(test.names.unregister("hello"));
  Someone other;
  REQUIRE(other.does([&] { return test.names.register_name("hello").has_value(); }));
  CHECK(test.names.unregister("hello"));
  CHECK(test.names.lookup("hello")->size() == 1);
}

TEST_CASE("registry, unique: listeners hear of what is registered and unregistered, and of who dies") {
  const RegistryNode test(with_listener({}), {worker("audit", {test_program("member")})});
  Someone other;
  REQUIRE(test.names.register_name("hello", "value"));
  REQUIRE(test.names.unregister("hello"));
  REQUIRE(other.does([&] { return test.names.register_name("world", "their value").has_value(); }));
  other.end();
  const std::string me = to_string(test.me());
  const std::string they = to_string(other.pid());
  const Strings all{"register names hello " + me + " value", "unregister names hello " + me,
                    "register names world " + they + " their value", "unregister names world " + they};
  CHECK(wait_until([&] { return changes() == all; }));
}

TEST_CASE("registry, unique: who stands in it ends with it, and who has left it does not") {
  RegistryNode test({},
                    {worker("stays", {test_program("member")}), worker("leaves", {test_program("member")})});
  const auto stays = whereis<MemberApi>("stays");
  const auto leaves = whereis<MemberApi>("leaves");
  for (const char* key : {"a", "b"}) REQUIRE(stays.call(Join{"names", key, ""}).value() == "");
  for (const char* key : {"c", "d"}) REQUIRE(leaves.call(Join{"names", key, ""}).value() == "");
  REQUIRE(stays.call(Leave{"names", "a"}).value() == "");  // one of two
  for (const char* key : {"c", "d"}) REQUIRE(leaves.call(Leave{"names", key}).value() == "");
  const Pid first_to_leave = leaves.pid().value();

  test.running.kill_child("names");
  CHECK(test.running.events().wait_for("exited", "stays").reason == "signal(9)");
  test.running.events().wait_for("started", "stays", 2);
  CHECK(leaves.call(WhoAreYou{}).value() == first_to_leave);
}

TEST_CASE("registry, unique: one that nobody knows is noproc") {
  const RegistryNode test;
  const Registry unknown("unknown");
  CHECK(unknown.register_name("hello").error().is(CallError::Kind::noproc));
  CHECK(unknown.unregister("hello").error().is(CallError::Kind::noproc));
  CHECK(unknown.lookup("hello").error().is(CallError::Kind::noproc));
  CHECK(unknown.keys(test.me()).error().is(CallError::Kind::noproc));
  CHECK(unknown.count().error().is(CallError::Kind::noproc));
  CHECK(to_string(unknown.lookup("hello").error()) == "noproc: node n has no registry \"unknown\"");
  CHECK(whereis<MemberApi>(via("unknown", "hello")).pid().error().kind == SendError::Kind::noproc);
}

TEST_CASE("registry, unique: to register what is taken leaves nothing behind") {
  const RegistryNode test;
  REQUIRE(test.names.register_name("hello", "value"));
  for (int i = 0; i < 100; ++i) CHECK_FALSE(test.names.register_name("hello", "value"));
  CHECK(test.names.count().value() == 1);
  CHECK(test.names.keys<std::string>(test.me()).value() == Strings{"hello"});
}

TEST_CASE("registry, unique: to register what is taken by another process leaves nothing behind") {
  const RegistryNode test;
  Someone other;
  REQUIRE(other.does([&] { return test.names.register_name("hello", "value").has_value(); }));
  for (int i = 0; i < 100; ++i) CHECK_FALSE(test.names.register_name("hello", "value"));
  CHECK(test.names.count().value() == 1);
  CHECK(test.names.keys(test.me())->empty());
}

}  // namespace ninelives::test
