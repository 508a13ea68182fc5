// Supervisors whose children come and go by request, and are known by their processes: Elixir's
// DynamicSupervisor and OTP's simple_one_for_one.
#include <catch2/catch.hpp>

#include "tests/e2e/managed.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;
using Process = ChildInfo::Process;

template <class T>
std::string why(const Supervisor::Result<T>& result) {
  if (result) return "";
  const std::string text = to_string(result.error());
  return text.substr(0, text.find_first_of(": "));
}

struct Dynamic : Managed {
  explicit Dynamic(const std::string& lines = "")
      : Managed("pool", "dynamic = true\nintensity = 1000000\n" + lines, {}) {}
};

struct Simple : Managed {
  explicit Simple(std::string_view more = {})
      : Managed("pool", "strategy = \"simple_one_for_one\"\nintensity = 1000000",
                {worker("moody", {test_program("moody"), "mood"}, more)}) {}
};

std::vector<std::string> arguments_of(const Started& started) {
  return whereis<MoodyApi>(started.name).call(Arguments{}).value();
}

// Of a child whose last restart has failed: it is known by its last process that ran.
ChildInfo wait_for_restarting(const Managed& test) {
  ChildInfo child;
  const bool reached = wait_until([&] {
    child = test.top.which_children().value().at(0);
    return child.process == Process::restarting;
  });
  if (!reached) throw std::runtime_error("nobody is restarting");
  return child;
}

}  // namespace

TEST_CASE("a dynamic supervisor's children are each new, whatever their ids") {
  const Dynamic test;
  CHECK(test.top.count_children().value() == ChildCounts{});
  const auto first = test.top.start_child(test.moody("cat"));
  const auto second = test.top.start_child(test.moody("cat"));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->name == "pool/cat:1");
  CHECK(second->name == "pool/cat:2");
  CHECK(first->pid.slot != second->pid.slot);
  CHECK(test.top.which_children().value() ==
        std::vector<ChildInfo>{{"cat", second->name, ChildType::worker, Process::present, second->pid},
                               {"cat", first->name, ChildType::worker, Process::present, first->pid}});
  CHECK(test.top.count_children().value() == ChildCounts{.specs = 2, .active = 2, .workers = 2});
  CHECK(test.top.get_childspec(first->pid)->id == "cat");
}

TEST_CASE("a dynamic supervisor's child is terminated by its pid, and nothing of it remains") {
  const Dynamic test;
  const Pid pid = test.top.start_child(test.moody("cat"))->pid;
  CHECK(why(test.top.terminate_child("cat")) == "not_found");
  CHECK(why(test.top.restart_child("cat")) == "not_found");
  CHECK(why(test.top.delete_child("cat")) == "not_found");
  CHECK(why(test.top.terminate_child(test.node->self())) == "not_found");

  CHECK(why(test.top.terminate_child(pid)) == "");
  CHECK(test.top.count_children().value() == ChildCounts{});
  CHECK(why(test.top.terminate_child(pid)) == "not_found");
  CHECK(why(test.top.get_childspec(pid)) == "not_found");
}

TEST_CASE("a dynamic supervisor puts its own arguments before those of each child") {
  const Dynamic test("extra_arguments = [\"mood\", \"of the house\"]");
  ChildSpec spec = test.moody("cat");
  spec.command = {test_program("moody"), "of its own"};
  spec.directory = test.sandbox / "";
  const auto started = test.top.start_child(spec);
  REQUIRE(started);
  CHECK(arguments_of(*started) == std::vector<std::string>{"mood", "of the house", "of its own"});
  CHECK(test.top.get_childspec(started->pid)->command == spec.command);
  test.running.kill_child(started->name);
  test.running.events().wait_for("started", started->name, 2);
  CHECK(arguments_of(*started) == std::vector<std::string>{"mood", "of the house", "of its own"});
}

TEST_CASE("a dynamic supervisor takes no more than max_children, those that are being restarted among them") {
  const Dynamic test("max_children = 2");
  const auto first = test.top.start_child(test.moody("cat"));
  REQUIRE(test.top.start_child(test.moody("cat")));
  CHECK(why(test.top.start_child(test.moody("cat"))) == "max_children");
  REQUIRE(test.top.terminate_child(first->pid));
  ChildSpec delayed = test.moody("dog");
  delayed.backoff = Backoff{.first = 1h, .max = 1h};
  const auto dog = test.top.start_child(delayed);
  REQUIRE(dog);
  test.running.kill_child(dog->name);
  CHECK(wait_for_restarting(test).name == dog->name);
  CHECK(test.top.count_children().value() == ChildCounts{.specs = 2, .active = 1, .workers = 2});
  CHECK(why(test.top.start_child(test.moody("cat"))) == "max_children");
  CHECK(why(test.top.terminate_child(dog->pid)) == "");
  CHECK(test.top.start_child(test.moody("cat")).has_value());
}

TEST_CASE("a dynamic supervisor keeps nothing of a child that ignores its start or fails to start") {
  const Dynamic test;
  test.mood("ignore");
  const auto ignored = test.top.start_child(test.moody("cat"));
  REQUIRE(ignored);
  CHECK_FALSE(ignored->pid);
  test.mood("fail");
  const auto failed = test.top.start_child(test.moody("cat"));
  CHECK(to_string(failed.error()) == R"(start_failed: error("in no mood"))");
  CHECK(test.top.count_children().value() == ChildCounts{});
  test.mood("info port=4711");
  CHECK(test.top.start_child(test.moody("cat"))->info == "port=4711");
}

TEST_CASE("a dynamic child whose restart fails again and again is terminated by the pid that it had") {
  const Dynamic test;
  const auto started = test.top.start_child(test.moody("cat"));
  REQUIRE(started);
  test.mood("fail");
  test.running.kill_child(started->name);
  test.running.events().wait_for("restarting", started->name, 3);
  // Its attempts have pids of their own for a moment each, by which nobody knows it.
  CHECK(wait_until([&] { return why(test.top.terminate_child(started->pid)) == ""; }));
  CHECK(test.top.count_children().value() == ChildCounts{});
}

TEST_CASE("a dynamic child whose restart is ignored is gone") {
  const Dynamic test;
  const auto started = test.top.start_child(test.moody("cat"));
  REQUIRE(started);
  test.mood("ignore");
  test.running.kill_child(started->name);
  CHECK(wait_until([&] { return test.top.count_children().value() == ChildCounts{}; }));
}

TEST_CASE("a dynamic supervisor refuses what makes no sense for its children") {
  const Dynamic test;
  ChildSpec significant = test.moody("cat");
  significant.restart = Restart::transient;
  significant.significant = true;
  CHECK(why(test.top.start_child(significant)) == "invalid_spec");
  CHECK(why(test.top.start_child({"an argument"})) == "invalid_spec");
  CHECK(why(test.top.change_spec({.strategy = Strategy::one_for_one, .children = {}})) == "not_changed");
  CHECK(why(test.top.change_spec({.dynamic = true, .max_children = 0, .children = {}})) == "");
  CHECK(why(test.top.start_child(test.moody("cat"))) == "max_children");
}

TEST_CASE("children of a template have its arguments and then their own") {
  const Simple test;
  CHECK(test.top.count_children().value() == ChildCounts{.specs = 1});
  const auto plain = test.top.start_child(std::vector<std::string>());
  const auto named = test.top.start_child({"--name", "cat"});
  REQUIRE(plain);
  REQUIRE(named);
  CHECK(plain->name == "pool/moody:1");
  CHECK(named->name == "pool/moody:2");
  CHECK(arguments_of(*plain) == std::vector<std::string>{"mood"});
  CHECK(arguments_of(*named) == std::vector<std::string>{"mood", "--name", "cat"});
  CHECK(test.top.count_children().value() == ChildCounts{.specs = 1, .active = 2, .workers = 2});
  CHECK(test.top.get_childspec(named->pid)->command ==
        std::vector<std::string>{test_program("moody"), "mood"});

  test.running.kill_child(named->name);
  test.running.events().wait_for("started", named->name, 2);
  CHECK(arguments_of(*named) == std::vector<std::string>{"mood", "--name", "cat"});
}

TEST_CASE("children of a template have no ids to be managed by") {
  const Simple test;
  const auto started = test.top.start_child({"cat"});
  REQUIRE(started);
  CHECK(why(test.top.start_child(test.moody("cat"))) == "simple_one_for_one");
  CHECK(why(test.top.terminate_child("moody")) == "simple_one_for_one");
  CHECK(why(test.top.restart_child("moody")) == "simple_one_for_one");
  CHECK(why(test.top.delete_child("moody")) == "simple_one_for_one");
}

TEST_CASE("a child of a template is terminated by its pid, as often as one likes, and a stranger is not") {
  const Simple test;
  const Pid pid = test.top.start_child({"cat"})->pid;
  CHECK(why(test.top.terminate_child(test.node->self())) == "not_found");
  CHECK(why(test.top.terminate_child(pid)) == "");
  CHECK(why(test.top.terminate_child(pid)) == "");    // unlike a dynamic one's
  CHECK(test.top.get_childspec(pid)->id == "moody");  // the template: OTP asks no more than that it is dead
  CHECK(test.top.get_childspec("moody")->id == "moody");
  CHECK(test.top.count_children().value() == ChildCounts{.specs = 1});
}

TEST_CASE("a child of a template that is being restarted is terminated by the pid that it had") {
  const Simple test("backoff = { first = \"1h\", max = \"1h\" }");
  const auto started = test.top.start_child({"cat"});
  REQUIRE(started);
  test.running.kill_child(started->name);
  CHECK(wait_for_restarting(test).pid == started->pid);
  CHECK(test.top.count_children().value() == ChildCounts{.specs = 1, .workers = 1});
  CHECK(why(test.top.terminate_child(started->pid)) == "");
  CHECK(test.top.count_children().value() == ChildCounts{.specs = 1});
}

TEST_CASE("nothing remains of a child of a template that ignores its start or fails to start") {
  const Simple test;
  test.mood("ignore");
  CHECK_FALSE(test.top.start_child({"cat"})->pid);
  test.mood("fail");
  CHECK(to_string(test.top.start_child({"cat"}).error()) == R"(start_failed: error("in no mood"))");
  CHECK(test.top.which_children()->empty());
  test.mood("info port=4711");
  CHECK(test.top.start_child({"cat"})->info == "port=4711");
}

}  // namespace ninelives::test
