// Registered names: of children of the tree file, of those that come later, and whose they are over all lives
// and deaths.
#include <catch2/catch.hpp>

#include <ninelives/registry.hpp>

#include "tests/e2e/managed.hpp"
#include "tests/programs/mirror.hpp"
#include "tests/programs/talker.hpp"

namespace ninelives::test {
namespace {

using Why = ChildError::Kind;

ChildSpec named(ChildSpec spec, const std::string& name) {
  spec.name = name;
  return spec;
}

std::string talker(std::string_view id, std::string_view more = {}) {
  return worker(id, {test_program("talker")}, more);
}

std::int64_t number_from(const std::string& name) {
  return whereis<TalkerApi>(name).call(Now{7}).value_or(0);
}

ChildError error_of(const Supervisor::Result<Started>& result) {
  return std::get<ChildError>(result.error().why);
}

}  // namespace

TEST_CASE("a child is called by its registered name as by its path, in C++ and from the shell") {
  const Managed test("top", "intensity = 1000000", {talker("store", "name = \"cache\"")});
  CHECK(number_from("cache") == 7);
  CHECK(number_from("top/store") == 7);
  CHECK(whereis<TalkerApi>("cache").pid().value() == whereis<TalkerApi>("top/store").pid().value());

  CHECK(test.ninelives({"call", "cache", "now", R"({"number": 9})"}).out == "9\n");
  CHECK_THAT(test.ninelives({"status", "cache"}).out,
             Catch::StartsWith("name        top/store\nregistered  cache\n"));
  const std::string list = test.ninelives({"ls"}).out;
  CHECK_THAT(list, Catch::StartsWith("NAME") && Catch::Contains("REGISTERED") &&
                       Catch::Contains("top/store  cache "));
  CHECK_THAT(test.ninelives({"ls", "--json"}).out, Catch::Contains(R"("registered":"cache")"));
  CHECK(test.ninelives({"restart", "cache"}).code == 0);
  CHECK(test.ninelives({"stop", "cache"}).code == 0);
  CHECK(test.running.child("top/store").state == "stopped");
  CHECK(test.ninelives({"start", "cache"}).code == 0);
  CHECK_THAT(test.ninelives({"get-childspec", "cache"}).out, Catch::Contains("name = \"cache\"\n"));
}

TEST_CASE("a restart keeps the name, that of the child as that of its supervisor") {
  const Managed test("top", "intensity = 1000000", {talker("store", "name = \"cache\"")});
  const Pid first = whereis<TalkerApi>("cache").pid().value();
  test.running.kill_child(GENERATE("cache", "top"));
  Pid next;
  REQUIRE(wait_until([&] {
    next = whereis<TalkerApi>("cache").pid().value_or(first);
    return next.incarnation > first.incarnation;
  }));
  CHECK(next.slot == first.slot);
  CHECK(number_from("cache") == 7);
}

TEST_CASE("a name that another child has: already_started, with its pid, and nobody is started") {
  const Managed test(GENERATE(std::string(), std::string("top")));
  const Supervisor root;
  const Pid holder = root.start_child(named(test.moody("a"), "cache")).value().pid;
  test.make_pipe("start");
  test.mood("slow");  // whoever began would be seen

  const ChildError error = error_of(test.top.start_child(named(test.moody("b"), "cache")));
  CHECK(error.kind == Why::already_started);
  CHECK(error.pid == holder);
  CHECK(error.name == "cache");
  CHECK(error.text == "the name \"cache\" is that of \"a\", which runs as " + to_string(holder));
  CHECK(test.top.get_childspec("b").error().is(Why::not_found));
  CHECK(number_from("b") == 0);
  CHECK_FALSE(std::filesystem::exists(test.sandbox / "mood.start.reached"));

  test.sandbox.write("child.toml", "[[child]]\nid = \"b\"\ncommand = [\"sleep\"]\nname = \"cache\"\n");
  const Ended shell = test.ninelives(
      {"start-child", test.supervisor.empty() ? "/" : test.supervisor, test.sandbox / "child.toml"});
  CHECK(shell.code == 1);
  CHECK_THAT(shell.err,
             Catch::Contains("is not started: the name \"cache\" is that of \"a\", which runs as"));
}

TEST_CASE("a name stays the child's while it has no process, and is free when its spec is gone") {
  const Managed test("top");
  const Supervisor root;
  REQUIRE(root.start_child(named(test.moody("a"), "cache")));
  REQUIRE(root.terminate_child("a"));
  const ChildError error = error_of(test.top.start_child(named(test.moody("b"), "cache")));
  CHECK(error.kind == Why::already_present);
  CHECK(error.text == "the name \"cache\" is that of \"a\", which has no process just now");
  REQUIRE(root.delete_child("a"));
  const auto started = test.top.start_child(named(test.moody("b"), "cache"));
  REQUIRE(started);
  CHECK(whereis<MoodyApi>("cache").pid() == started->pid);
}

TEST_CASE("a handle that was used follows the name to the child that has it now") {
  const Managed test("top");
  const auto cache = whereis<MoodyApi>("cache");
  const Pid first = test.top.start_child(named(test.moody("a"), "cache")).value().pid;
  CHECK(cache.pid() == first);
  REQUIRE(test.top.terminate_child("a"));
  REQUIRE(test.top.delete_child("a"));
  CHECK(cache.pid().error().kind == SendError::Kind::noproc);
  const Pid second = test.top.start_child(named(test.moody("b"), "cache")).value().pid;
  CHECK(cache.pid() == second);
}

TEST_CASE("a child of the root is not called as another child is named") {
  const Managed test("top");
  const Pid holder = test.top.start_child(named(test.moody("a"), "cache")).value().pid;
  const ChildError error = error_of(Supervisor().start_child(test.moody("cache")));
  CHECK(error.kind == Why::already_started);
  CHECK(error.pid == holder);
  CHECK(error.text == "the name \"cache\" is that of \"top/a\", which runs as " + to_string(holder));
  // What has a '/' in it is another one's in any case.
  CHECK(test.top.start_child(test.moody("cache")).has_value());
}

TEST_CASE("a child of a dynamic supervisor has its name as long as it lives") {
  const Managed test("pool", "dynamic = true\nintensity = 1000000", {});
  const auto first = test.top.start_child(named(test.moody("cat"), "tom"));
  REQUIRE(first);
  CHECK(whereis<MoodyApi>("tom").pid() == first->pid);
  CHECK(error_of(test.top.start_child(named(test.moody("cat"), "tom"))).pid == first->pid);
  test.running.kill_child("tom");
  REQUIRE(wait_until([&] { return whereis<MoodyApi>("tom").pid().value_or(first->pid) != first->pid; }));
  REQUIRE(test.top.terminate_child(whereis<MoodyApi>("tom").pid().value()));
  CHECK_FALSE(whereis<MoodyApi>("tom").pid());
  CHECK(test.top.start_child(named(test.moody("cat"), "tom")).has_value());
}

TEST_CASE("a supervisor is managed by its registered name") {
  const Managed test("top", "name = \"managers\"");
  const Supervisor managers("managers");
  CHECK(managers.start_child(test.moody("a")).value().name == "top/a");
  CHECK(test.ninelives({"which-children", "managers"}).code == 0);
  CHECK(test.ninelives(
                {"start-child", "managers",
                 test.sandbox.write(
                     "c.toml", "[[child]]\nid = \"c\"\ntype = \"program\"\ncommand = [\"sleep\", \"99\"]\n")})
            .out == "top/c\n");
}

TEST_CASE("a subtree in which a name is taken does not start, and says which") {
  const Managed test("top");
  REQUIRE(test.top.start_child(named(test.moody("a"), "cache")));
  const ChildSpec subtree{.id = "sub",
                          .type = ChildType::supervisor,
                          .supervisor = {.children = {test.moody("x"), named(test.moody("b"), "cache")}}};
  const ChildError error = error_of(test.top.start_child(subtree));
  CHECK(error.kind == Why::start_failed);
  CHECK_THAT(error.text, Catch::Contains("failed_to_start_child: top/sub/b: ") &&
                             Catch::Contains("the name \"cache\" is that of \"top/a\""));
  REQUIRE(test.top.terminate_child("a"));
  REQUIRE(test.top.delete_child("a"));
  CHECK(test.top.start_child(subtree).has_value());
}

TEST_CASE("a child for which there was no name is started when there is one") {
  const Managed test("top");
  const Supervisor root;
  REQUIRE(root.start_child(named(test.moody("a"), "cache")));
  SupervisorSpec spec{.intensity = 1'000'000, .children = {named(test.moody("b"), "cache")}};
  REQUIRE(test.top.change_spec(spec));
  CHECK(error_of(test.top.restart_child("b")).kind == Why::already_started);
  REQUIRE(root.terminate_child("a"));
  REQUIRE(root.delete_child("a"));
  const auto started = test.top.restart_child("b");
  REQUIRE(started);
  CHECK(whereis<MoodyApi>("cache").pid() == started->pid);
}

TEST_CASE("a worker is told its registry and its key, and nobody else is") {
  const auto mirror = [](std::string_view id, std::string_view more = {}) {
    return worker(id, {test_program("mirror")}, more);
  };
  const Sandbox sandbox;
  // As if this node were started by a worker of another one.
  RunningNode running(
      sandbox,
      tree_of({supervisor("front", {registry("names")}),
               mirror("a", R"(via = { registry = "front/names", key = "alice\nand \"bob\"" })"),
               mirror("b")}),
      {{"NINELIVES_VIA", "elsewhere\nkey"}});
  running.wait_for_start("b");
  const Node node = attach();
  const auto told = [](const std::string& name) {
    return whereis<MirrorApi>(name).call(Variable{"NINELIVES_VIA"}).value();
  };
  CHECK(told("a") == "front/names\nalice\nand \"bob\"");
  CHECK_FALSE(told("b"));
  CHECK(whereis<MirrorApi>(via("front/names", "alice\nand \"bob\"")).pid().value() ==
        whereis<MirrorApi>("a").pid().value());
}

}  // namespace ninelives::test
