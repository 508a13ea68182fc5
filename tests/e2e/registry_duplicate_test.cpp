// Elixir's registry tests for duplicate keys, case by case (docs/otp-conformance.md).
#include <catch2/catch.hpp>

#include "tests/e2e/registry_node.hpp"

namespace ninelives::test {
namespace {

using Strings = std::vector<std::string>;
using Entries = std::vector<Registered<std::string>>;

const Strings duplicate{"--keys", "duplicate"};

}  // namespace

TEST_CASE("registry, duplicate: an empty one counts 0 keys, and lists nothing") {
  const RegistryNode test(duplicate);
  CHECK(test.names.count().value() == 0);
  CHECK(test.names.lookup("hello")->empty());
  CHECK(test.names.keys(test.me())->empty());
}

TEST_CASE("registry, duplicate: the number of keys is counted, each as often as it is there") {
  const RegistryNode test(duplicate);
  REQUIRE(test.names.register_name("hello", "value"));
  CHECK(test.names.count().value() == 1);
  REQUIRE(test.names.register_name("hello", "value"));
  CHECK(test.names.count().value() == 2);
}

TEST_CASE("registry, duplicate: a process stands under a key as often as it likes") {
  const RegistryNode test(duplicate);
  REQUIRE(test.names.register_name("hello", "first"));
  CHECK(test.names.keys<std::string>(test.me()).value() == Strings{"hello"});
  REQUIRE(test.names.register_name("hello", "second"));
  CHECK(test.names.keys<std::string>(test.me()).value() == Strings{"hello", "hello"});
  CHECK(test.names.values<std::string>("hello", test.me()).value() == Strings{"first", "second"});
  REQUIRE(test.names.register_name("world", "third"));
  CHECK(test.names.lookup<std::string>("hello").value() ==
        Entries{{test.me(), "first"}, {test.me(), "second"}});
}

TEST_CASE("registry, duplicate: many processes stand under one key") {
  const RegistryNode test(duplicate);
  Someone other;
  REQUIRE(other.does([&] { return test.names.register_name("hello", "theirs").has_value(); }));
  REQUIRE(test.names.register_name("hello", "mine"));
  CHECK(test.names.lookup<std::string>("hello").value() ==
        Entries{{other.pid(), "theirs"}, {test.me(), "mine"}});
  CHECK(test.names.keys<std::string>(other.pid()).value() == Strings{"hello"});
  CHECK(test.names.values<std::string>("hello", other.pid()).value() == Strings{"theirs"});
  CHECK(test.names.values<std::string>("hello", test.me()).value() == Strings{"mine"});
}

TEST_CASE("registry, duplicate: keys of one number are two if one is whole and the other is not") {
  const RegistryNode test(duplicate);
  REQUIRE(test.names.register_name(1.0, "float"));
  REQUIRE(test.names.register_name(1, "integer"));
  CHECK(test.names.lookup<std::string>(1.0).value() == Entries{{test.me(), "float"}});
  CHECK(test.names.lookup<std::string>(1).value() == Entries{{test.me(), "integer"}});
  REQUIRE(test.names.unregister(1.0));
  CHECK(test.names.lookup(1.0)->empty());
  CHECK(test.names.lookup(1)->size() == 1);
}

TEST_CASE("registry, duplicate: a dispatch visits all processes of a key at once, and only those") {
  const RegistryNode test(duplicate);
  Someone other;
  REQUIRE(test.names.register_name("hello", "mine"));
  REQUIRE(other.does([&] { return test.names.register_name("hello", "theirs").has_value(); }));
  REQUIRE(test.names.register_name("world", "mine too"));
  std::vector<Entries> visits;
  const auto visit = [&](const Entries& entries) { visits.push_back(entries); };
  REQUIRE(test.names.dispatch<std::string>("hello", visit));
  REQUIRE(test.names.dispatch<std::string>("nobody", visit));
  CHECK(visits == std::vector<Entries>{{{test.me(), "mine"}, {other.pid(), "theirs"}}});
}

TEST_CASE("registry, duplicate: all entries of a process under a key are unregistered, and nobody else's") {
  const RegistryNode test(duplicate);
  Someone other;
  REQUIRE(test.names.register_name("hello", "1"));
  REQUIRE(test.names.register_name("hello", "2"));
  REQUIRE(test.names.register_name("world", "3"));
  REQUIRE(other.does([&] { return test.names.register_name("hello", "4").has_value(); }));
  REQUIRE(test.names.unregister("hello"));
  CHECK(test.names.keys<std::string>(test.me()).value() == Strings{"world"});
  CHECK(test.names.lookup<std::string>("hello").value() == Entries{{other.pid(), "4"}});
  REQUIRE(test.names.unregister("world"));
  CHECK(test.names.keys(test.me())->empty());
}

TEST_CASE("registry, duplicate: to unregister what is not there does nothing") {
  const RegistryNode test(duplicate);
  CHECK(test.names.unregister("hello"));
  Someone other;
  REQUIRE(other.does([&] { return test.names.register_name("hello").has_value(); }));
  CHECK(test.names.unregister("hello"));
  CHECK(test.names.lookup("hello")->size() == 1);
}

TEST_CASE("registry, duplicate: listeners hear of each entry that comes and goes") {
  const RegistryNode test(with_listener(duplicate), {worker("audit", {test_program("member")})});
  REQUIRE(test.names.register_name("hello", "1"));
  REQUIRE(test.names.register_name("hello", "2"));
  REQUIRE(test.names.unregister("hello"));
  const std::string me = to_string(test.me());
  const Strings all{"register names hello " + me + " 1", "register names hello " + me + " 2",
                    "unregister names hello " + me, "unregister names hello " + me};
  CHECK(wait_until([&] { return changes() == all; }));
}

TEST_CASE("registry, duplicate: who stands in it ends with it, and who has left it does not") {
  RegistryNode test(duplicate,
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

TEST_CASE("registry, duplicate: one that nobody knows is noproc") {
  const RegistryNode test(duplicate);
  CHECK(Registry("unknown").register_name("hello").error().is(CallError::Kind::noproc));
  CHECK(Registry("unknown").dispatch("hello", [](const auto&) {}).error().is(CallError::Kind::noproc));
}

TEST_CASE("registry, duplicate: a key is the name of no process") {
  const RegistryNode test(duplicate);
  REQUIRE(test.names.register_name("hello"));
  const auto named = whereis<MemberApi>(via("names", "hello")).pid();
  REQUIRE_FALSE(named);
  CHECK(named.error().kind == SendError::Kind::noproc);
  CHECK(named.error().text ==
        "registry \"names\" has duplicate keys: none of them is the name of one process");
}

TEST_CASE("registry, duplicate: no value can be updated") {
  const RegistryNode test(duplicate);
  const auto add_one = [](int value) { return value + 1; };
  CHECK(test.names.update_value<int>("hello", add_one).error().is(Refusal::Kind::invalid));
  REQUIRE(test.names.register_name("hello", 1));
  CHECK(test.names.update_value<int>("hello", add_one).error().is(Refusal::Kind::invalid));
  CHECK(test.names.values<int>("hello", test.me()).value() == std::vector{1});
}

TEST_CASE("registry, duplicate: keys with parts are found by the whole of them") {
  const RegistryNode test(duplicate);
  using Key = std::vector<std::string>;
  REQUIRE(test.names.register_name(Key{"room", "7"}, "a room"));
  REQUIRE(test.names.register_name(Key{"room"}, "all rooms"));
  CHECK(test.names.lookup<std::string>(Key{"room", "7"}).value() == Entries{{test.me(), "a room"}});
  CHECK(test.names.lookup<std::string>(Key{"room"}).value() == Entries{{test.me(), "all rooms"}});
  CHECK(test.names.lookup(Key{"room", "8"})->empty());
  CHECK(test.names.lookup("room")->empty());
  CHECK(test.names.keys<Key>(test.me()).value() == std::vector<Key>{{"room", "7"}, {"room"}});
}

}  // namespace ninelives::test
