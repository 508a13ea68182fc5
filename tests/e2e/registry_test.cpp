// What Elixir's registry tests say of every registry, case by case (docs/otp-conformance.md); and what is our
// own.
#include <array>
#include <atomic>
#include <catch2/catch.hpp>

#include "tests/e2e/registry_node.hpp"

namespace ninelives::test {
namespace {

// Begins to hold that lock, and returns when it has it. It lets go when the promise is kept.
struct Holding {
  explicit Holding(const RegistryNode& test, const std::string& key)
      : done(someone.begins([&test, key, this] {
          return why(test.names.lock(key, [this] {
            has_it.set_value();
            release.get_future().wait();
          }));
        })) {
    has_it.get_future().wait();
  }

  std::promise<void> has_it, release;
  Someone someone;
  std::future<std::string> done;
};

}  // namespace

TEST_CASE("registry: what a process had is gone when it has crashed") {
  RegistryNode test({}, {worker("member", {test_program("member")})});
  const auto member = whereis<MemberApi>("member");
  REQUIRE(member.call(Join{"names", "hello", "value"}).value() == "");
  const Pid former = member.pid().value();
  CHECK(test.names.lookup("hello")->size() == 1);
  test.running.kill_child("member");
  test.running.events().wait_for("started", "member", 2);
  // At once for readers, and in the end for the registry, too.
  CHECK(test.names.lookup("hello")->empty());
  CHECK(test.names.keys(former)->empty());
  CHECK(test.names.count().value() == 0);
  CHECK(test.names.register_name("hello"));
}

TEST_CASE("registry: locks of different keys are held at the same time") {
  const RegistryNode test;
  Holding first(test, "a");
  Holding second(test, "b");
  first.release.set_value();
  second.release.set_value();
  CHECK(first.done.get() == "");
  CHECK(second.done.get() == "");
}

TEST_CASE("registry: one lock is held by one process at a time") {
  const RegistryNode test;
  constexpr int times = 50;
  std::atomic<bool> is_held{false};
  std::atomic<int> held_twice{0};
  int total = 0;  // of all, and nobody else's while the lock is held
  const auto work = [&] {
    for (int i = 0; i < times; ++i) {
      const auto done = test.names.lock("a", [&] {
        if (is_held.exchange(true)) ++held_twice;
        ++total;
        is_held = false;
      });
      if (!done) return why(done);
    }
    return std::string();
  };
  std::array<Someone, 4> all;
  std::vector<std::future<std::string>> done;
  for (Someone& someone : all) done.push_back(someone.begins(work));
  for (auto& one : done) CHECK(one.get() == "");
  CHECK(held_twice == 0);
  CHECK(total == 4 * times);
}

TEST_CASE("registry: a lock is let go of when its holder throws") {
  const RegistryNode test;
  CHECK_THROWS_WITH(test.names.lock("a", []() -> int { throw std::runtime_error("oops"); }), "oops");
  Someone other;
  CHECK(other.does([&] { return test.names.lock("a", [] { return 7; }).value(); }) == 7);
}

TEST_CASE("registry: a lock is let go of when its holder dies") {
  RegistryNode test({}, {worker("member", {test_program("member")})});
  REQUIRE(whereis<MemberApi>("member").cast(HoldForEver{"names", "a"}));
  Someone other;
  auto done = other.begins([&] { return why(test.names.lock("a", [] {})); });
  test.running.kill_child("member");
  CHECK(done.get() == "");
}

TEST_CASE("registry: who dies while it waits for a lock is left out") {
  RegistryNode test({}, {worker("member", {test_program("member")}, R"(mailbox = "drop")")});
  Holding holder(test, "a");
  REQUIRE(whereis<MemberApi>("member").cast(HoldForEver{"names", "a"}));
  test.running.kill_child("member");
  test.running.events().wait_for("started", "member", 2);
  Someone other;
  auto done = other.begins([&] { return why(test.names.lock("a", [] {})); });
  holder.release.set_value();
  CHECK(holder.done.get() == "");
  CHECK(done.get() == "");
}

TEST_CASE("registry: a process that holds a lock is told so instead of waiting for itself") {
  const RegistryNode test;
  const auto result = test.names.lock("a", [&] { return why(test.names.lock("a", [] {})); });
  CHECK(result.value() ==
        "invalid " + to_string(test.me()) + ": it holds this lock, and would wait for itself");
}

TEST_CASE("registry: metadata are read by all, and gone when they are deleted") {
  const RegistryNode test;
  CHECK(test.names.meta<std::string>("motto").value() == std::nullopt);
  REQUIRE(test.names.put_meta("motto", "let it crash"));
  CHECK(test.names.meta<std::string>("motto").value() == "let it crash");
  REQUIRE(test.names.put_meta("motto", 7));
  CHECK(test.names.meta<int>("motto").value() == 7);
  CHECK(test.names.meta<std::string>("motto").error().is(CallError::Kind::bad_message));
  CHECK(test.names.count().value() == 0);
  REQUIRE(test.names.delete_meta("motto"));
  CHECK(test.names.meta<int>("motto").value() == std::nullopt);
}

TEST_CASE("registry: what is too large is refused") {
  const RegistryNode test;
  CHECK(test.names.register_name(std::string(5000, 'k')).error().is(Refusal::Kind::too_large));
  CHECK(test.names.register_name("k", std::string(70'000, 'v')).error().is(Refusal::Kind::too_large));
  CHECK(test.names.count().value() == 0);
}

TEST_CASE("registry: a value of another type than the reader's is an error, not a wrong value") {
  const RegistryNode test;
  REQUIRE(test.names.register_name("hello", "seven"));
  CHECK(test.names.lookup<int>("hello").error().is(CallError::Kind::bad_message));
  CHECK(test.names.lookup("hello")->at(0).value == Encoded::from("seven"));
}

TEST_CASE("registry: the shell asks it as any server") {
  RegistryNode test({}, {worker("member", {test_program("member")})});
  REQUIRE(whereis<MemberApi>("member").call(Join{"names", "alice", "7"}).value() == "");
  CHECK(test.sandbox.ninelives({"call", "names", "count"}).out == "1\n");
  const Ended found = test.sandbox.ninelives({"call", "names", "lookup", R"({"key": "alice"})"});
  CHECK_THAT(found.out, Catch::Contains(R"("value":"7")") || Catch::Contains(R"("value": "7")"));
  CHECK(found.code == 0);
}

TEST_CASE("registry: an option that there is not is a reason not to start") {
  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({registry("names", {"--keys", "some"})}));
  CHECK(node.wait().code == 1);
  CHECK_THAT(node.events().wait_for("exited", "names").reason,
             Catch::Contains("keys are unique or duplicate, not \"some\""));
}

TEST_CASE("registry: nothing of it is left when the node has stopped") {
  RegistryNode test;
  for (int i = 0; i < 1000; ++i) REQUIRE(test.names.register_name(i));
  test.node.reset();
  CHECK(test.running.stop().code == 0);
  CHECK(test.sandbox.node_directories().empty());
}

}  // namespace ninelives::test
