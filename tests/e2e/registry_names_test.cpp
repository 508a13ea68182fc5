// Names in a registry: {via, Registry, Key}. Calling through them, starting under them, and the process of a
// key that is started when it is first asked for.
#include <catch2/catch.hpp>

#include "tests/e2e/registry_node.hpp"

namespace ninelives::test {
namespace {

const std::string as_alice = R"(via = { registry = "names", key = "alice" })";

ChildSpec member_spec(const std::string& file = {}) {
  ChildSpec spec{.id = "member", .restart = Restart::temporary, .command = {test_program("member")}};
  if (!file.empty()) spec.command.push_back(file);
  return spec;
}

}  // namespace

TEST_CASE("via: a server is called, cast to and found by its name in a registry") {
  RegistryNode test({}, {worker("member", {test_program("member")})});
  const auto by_name = whereis<MemberApi>("member");
  const auto by_key = whereis<MemberApi>(via("names", "alice"));
  CHECK(by_key.pid().error().text == "nobody is registered with this key in \"names\"");
  CHECK(by_key.call(WhoAreYou{}).error().kind == CallError::Kind::noproc);

  REQUIRE(by_name.call(Join{"names", "alice", ""}).value() == "");
  CHECK(by_key.pid().value() == by_name.pid().value());
  CHECK(test.names.whereis("alice").value() == by_name.pid().value());
  CHECK(by_key.call(WhoAreYou{}).value() == by_name.pid().value());
  CHECK(by_key.send(registry::Unregister{"none", Encoded::from("k"), {}}).has_value());
  CHECK(by_key.call(Changes{})->size() == 1);

  REQUIRE(by_key.call(Leave{"names", "alice"}).value() == "");
  CHECK(by_key.call(WhoAreYou{}).error().kind == CallError::Kind::noproc);
}

TEST_CASE("via: the same name is whoever has it at the time") {
  RegistryNode test({},
                    {worker("first", {test_program("member")}), worker("second", {test_program("member")})});
  const auto first = whereis<MemberApi>("first");
  const auto second = whereis<MemberApi>("second");
  const auto by_key = whereis<MemberApi>(via("names", "alice"));
  REQUIRE(first.call(Join{"names", "alice", ""}).value() == "");
  CHECK(by_key.call(WhoAreYou{}).value() == first.pid().value());
  REQUIRE(first.call(Leave{"names", "alice"}).value() == "");
  REQUIRE(second.call(Join{"names", "alice", ""}).value() == "");
  CHECK(by_key.call(WhoAreYou{}).value() == second.pid().value());
  test.running.kill_child("second");
  CHECK(wait_until([&] { return by_key.call(WhoAreYou{}).error().kind == CallError::Kind::noproc; }));
}

TEST_CASE("via: a worker that is started under a name has it before its init, in each of its lives") {
  RegistryNode test({}, {worker("member", {test_program("member")}, as_alice)});
  const Pid first = whereis<MemberApi>("member").pid().value();
  CHECK(pids(test.names.lookup("alice").value()) == std::vector{first});
  CHECK(test.names.keys<std::string>(first).value() == std::vector<std::string>{"alice"});

  test.running.kill_child("member");
  test.running.events().wait_for("started", "member", 2);
  CHECK(test.names.whereis("alice").value() == whereis<MemberApi>("member").pid().value());
}

TEST_CASE("via: a worker whose name is taken fails to start, and none of it runs") {
  RegistryNode test({}, {supervisor("pool", {}, "dynamic = true")});
  REQUIRE(test.names.register_name("alice"));
  const auto file = test.sandbox / "inits";
  ChildSpec spec = member_spec(file);
  spec.via = Via{"names", "alice"};
  const auto started = Supervisor("pool").start_child(spec);
  REQUIRE_FALSE(started);
  CHECK(started.error().is(ChildError::Kind::start_failed));
  CHECK_THAT(to_string(started.error()),
             Catch::Contains("already_started " + to_string(test.me()) + ": it has the name in registry"));
  CHECK_FALSE(std::filesystem::exists(file));

  spec.via = Via{"unknown", "alice"};
  CHECK_THAT(to_string(Supervisor("pool").start_child(spec).error()),
             Catch::Contains("it has no name in registry"));
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("find_or_start: the process of a key is started once, however many ask for it at once") {
  RegistryNode test({}, {supervisor("pool", {}, "dynamic = true")});
  const auto file = test.sandbox / "inits";
  const auto ask = [&] {
    return test.names.find_or_start("alice", Supervisor("pool"), member_spec(file)).value();
  };
  std::array<Someone, 4> all;
  std::vector<std::future<FoundOrStarted>> asked;
  for (Someone& someone : all) asked.push_back(someone.begins(ask));
  std::vector<FoundOrStarted> answers;
  for (auto& one : asked) answers.push_back(one.get());
  const auto started = std::ranges::count(answers, true, &FoundOrStarted::was_started);
  CHECK(started == 1);
  for (const FoundOrStarted& answer : answers) CHECK(answer.pid == answers[0].pid);
  CHECK(whereis<MemberApi>(via("names", "alice")).call(WhoAreYou{}).value() == answers[0].pid);
  CHECK(lines_of(contents(file)) == std::vector{to_string(answers[0].pid)});
  CHECK(Supervisor("pool").count_children()->active == 1);

  CHECK(ask().pid == answers[0].pid);
  CHECK_FALSE(ask().was_started);
}

TEST_CASE("find_or_start: what cannot be started is told as the supervisor tells it") {
  RegistryNode test({}, {supervisor("pool", {}, "dynamic = true")});
  ChildSpec spec = member_spec();
  spec.command = {test_program("false_start"), "init"};
  const auto answer = test.names.find_or_start("alice", Supervisor("pool"), spec);
  if (answer) UNSCOPED_INFO(to_string(answer->pid) << (answer->was_started ? " was started" : " was found"));
  REQUIRE_FALSE(answer);
  CHECK_THAT(to_string(answer.error()), Catch::StartsWith("start_failed") && Catch::Contains("no network"));
  CHECK(test.names.find_or_start("alice", Supervisor("nobody"), member_spec()).error().pid() == Pid{});
}

}  // namespace ninelives::test
