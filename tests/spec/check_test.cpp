#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>

#include <ninelives/spec/check.hpp>

#include "ipc/layout.hpp"
#include "spec/name.hpp"

namespace ninelives {
namespace {

using namespace std::chrono_literals;
using Kind = SpecFault::Kind;

ChildSpec worker(std::string id) { return {.id = std::move(id), .command = {"true"}}; }

ChildSpec over(std::string id, SupervisorSpec supervisor) {
  return {.id = std::move(id), .type = ChildType::supervisor, .supervisor = std::move(supervisor)};
}

SupervisorSpec with(ChildSpec child) { return {.children = {std::move(child)}}; }

// The only fault of a spec; its text is for people, and only shown.
struct Only {
  Kind kind;
  std::string where;
  std::vector<SpecField> about;
};

void check_only(const std::vector<SpecFault>& faults, const Only& expected) {
  CAPTURE(to_string(faults));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].kind == expected.kind);
  CHECK(faults[0].where == expected.where);
  CHECK(faults[0].about == expected.about);
  CHECK_FALSE(faults[0].text.empty());
}

TEST_CASE("defaults: what a spec does not say is what OTP says") {
  const ChildSpec worker;
  CHECK(worker.type == ChildType::worker);
  CHECK(worker.restart == Restart::permanent);
  CHECK_FALSE(worker.significant);
  CHECK(shutdown_of(worker) == Shutdown{Shutdown::Kind::timeout, std::chrono::seconds(5)});
  CHECK(shutdown_of({.type = ChildType::supervisor}).kind == Shutdown::Kind::infinity);
  const SupervisorSpec flags;  // the limit is Elixir's
  CHECK(flags.strategy == Strategy::one_for_one);
  CHECK(flags.auto_shutdown == AutoShutdown::never);
  CHECK(flags.intensity == 3);
  CHECK(flags.period == std::chrono::seconds(5));
  CHECK_FALSE(flags.max_children);
  CHECK(flags.extra_arguments.empty());
}

TEST_CASE("a spec without faults passes the check") {
  CHECK(check(SupervisorSpec{}).empty());
  CHECK(check(SupervisorSpec{.intensity = 0, .period = 1ns, .children = {}}).empty());
  CHECK(
      check(SupervisorSpec{.intensity = highest_intensity, .period = longest_time, .children = {}}).empty());
  CHECK(check(SupervisorSpec{.strategy = Strategy::simple_one_for_one, .children = {worker("template")}})
            .empty());
  CHECK(check(SupervisorSpec{.dynamic = true, .max_children = 0, .extra_arguments = {""}, .children = {}})
            .empty());
  CHECK(check(TreeSpec{.node = "shop", .supervisor = with(over("a", with(worker("a"))))}).empty());

  ChildSpec child = worker("a");
  for (const auto time : {0ns, std::chrono::nanoseconds(longest_time)}) {
    child.shutdown = Shutdown{.timeout = time};
    CHECK(check(with(child)).empty());
  }
  // What means nothing is not looked at.
  child.shutdown = Shutdown{.kind = Shutdown::Kind::infinity, .timeout = -1s};
  child.supervisor.period = 0s;
  child.start_timeout = 1ns;
  child.backoff = Backoff{.first = 1ns, .max = 1ns, .jitter = 1, .reset = 0s};
  child.environment = {{"A", ""}};
  CHECK(check(with(child)).empty());
  child.significant = true;
  child.restart = Restart::transient;
  CHECK(check(SupervisorSpec{.auto_shutdown = AutoShutdown::all_significant, .children = {child}}).empty());
}

TEST_CASE("each fault of a supervisor has its kind and names its field") {
  const ChildSpec a = worker("a");
  check_only(check(SupervisorSpec{.intensity = highest_intensity + 1, .children = {}}),
             {Kind::invalid_intensity, "", {{{}, "intensity"}}});
  for (const auto period : {0ns, -1ns, longest_time + 1ns}) {
    check_only(check(SupervisorSpec{.period = period, .children = {}}),
               {Kind::invalid_period, "", {{{}, "period"}}});
  }
  for (const auto& children : {std::vector<ChildSpec>{}, {a, worker("b")}}) {
    check_only(check(SupervisorSpec{.strategy = Strategy::simple_one_for_one, .children = children}),
               {Kind::bad_start_spec, "", {{{}, "child"}, {{}, "strategy"}}});
  }
  check_only(check(SupervisorSpec{.strategy = Strategy::rest_for_one, .dynamic = true, .children = {}}),
             {Kind::invalid_strategy, "", {{{}, "strategy"}, {{}, "dynamic"}}});
  check_only(check(SupervisorSpec{.dynamic = true, .children = {a}}),
             {Kind::bad_start_spec, "", {{{}, "child"}, {{}, "dynamic"}}});
  check_only(
      check(SupervisorSpec{.auto_shutdown = AutoShutdown::any_significant, .dynamic = true, .children = {}}),
      {Kind::bad_combination, "", {{{}, "auto_shutdown"}, {{}, "dynamic"}}});
  check_only(check(SupervisorSpec{.max_children = 1, .children = {}}),
             {Kind::bad_combination, "", {{{}, "max_children"}, {{}, "dynamic"}}});
  check_only(check(SupervisorSpec{.extra_arguments = {"-v"}, .children = {}}),
             {Kind::bad_combination, "", {{{}, "extra_arguments"}, {{}, "dynamic"}}});
  check_only(check(SupervisorSpec{.dynamic = true, .extra_arguments = {{"\0", 1}}, .children = {}}),
             {Kind::invalid_start, "", {{{}, "extra_arguments"}}});
  check_only(check(SupervisorSpec{.children = {a, worker("b"), a}}),
             {Kind::duplicate_child_name, "", {{{2}, "id"}, {{0}, "id"}}});
}

TEST_CASE("each fault of a child has its kind and names its field") {
  const auto only = [](const auto& change, Kind kind, std::string key, std::string also = "") {
    ChildSpec child = worker("a");
    change(child);
    CAPTURE(key);
    std::vector<SpecField> about{{{0}, key}};
    if (!also.empty()) about.push_back({{0}, also});
    check_only(check(with(child)),
               {kind, kind == Kind::missing_id || kind == Kind::invalid_id ? "child 1" : "a", about});
  };
  only([](auto& child) { child.id = ""; }, Kind::missing_id, "id");
  for (const char* id : {"a b", "a/b", "k\u00f6", ".a", "-a", "\n"}) {
    only([&](auto& child) { child.id = id; }, Kind::invalid_id, "id");
  }
  only([](auto& child) { child.id = std::string(longest_name + 1, 'n'); }, Kind::invalid_id, "id");
  only([](auto& child) { child.command = {}; }, Kind::missing_start, "command", "type");
  only([](auto& child) { child.command = {"", "a"}; }, Kind::invalid_start, "command");
  only([](auto& child) { child.command = {"a", {"\0", 1}}; }, Kind::invalid_start, "command");
  only([](auto& child) { child.executable = {"\0", 1}; }, Kind::invalid_start, "executable");
  only([](auto& child) { child.directory = {"\0", 1}; }, Kind::invalid_start, "directory");
  only([](auto& child) { child.environment = {{"", "a"}}; }, Kind::invalid_start, "environment.");
  only([](auto& child) { child.environment = {{"a=b", "a"}}; }, Kind::invalid_start, "environment.a=b");
  only([](auto& child) { child.environment = {{"A", {"\0", 1}}}; }, Kind::invalid_start, "environment.A");
  for (const auto time : {-1ns, longest_time + 1ns}) {
    only([&](auto& child) { child.shutdown = Shutdown{.timeout = time}; }, Kind::invalid_shutdown,
         "shutdown");
    only([&](auto& child) { child.backoff = Backoff{.reset = time}; }, Kind::invalid_backoff,
         "backoff.reset");
  }
  for (const auto time : {0ns, -1ns, longest_time + 1ns}) {
    only([&](auto& child) { child.start_timeout = time; }, Kind::invalid_start_timeout, "start_timeout");
    only([&](auto& child) { child.watchdog = time; }, Kind::invalid_watchdog, "watchdog");
  }
  only(
      [](auto& child) {
        child.type = ChildType::program;
        child.watchdog = 1s;
      },
      Kind::bad_combination, "watchdog", "type");
  only([](auto& child) { child.backoff = Backoff{.first = 0s}; }, Kind::invalid_backoff, "backoff.first");
  only([](auto& child) { child.backoff = Backoff{.max = -1s}; }, Kind::invalid_backoff, "backoff.max");
  only([](auto& child) { child.backoff = Backoff{.first = 2s, .max = 1s}; }, Kind::invalid_backoff,
       "backoff.max", "backoff.first");
  for (const double jitter : {-0.1, 1.1, std::nan("")}) {
    only([&](auto& child) { child.backoff = Backoff{.jitter = jitter}; }, Kind::invalid_backoff,
         "backoff.jitter");
  }
}

TEST_CASE("a significant child is one that can end for good, under a supervisor that cares") {
  ChildSpec child = worker("a");
  child.significant = true;
  check_only(check(SupervisorSpec{.auto_shutdown = AutoShutdown::any_significant, .children = {child}}),
             {Kind::bad_combination, "a", {{{0}, "significant"}, {{0}, "restart"}}});
  child.restart = Restart::temporary;
  check_only(check(with(child)), {Kind::bad_combination, "a", {{{0}, "significant"}, {{}, "auto_shutdown"}}});
  check_only(check_childspecs({&child, 1}),
             {Kind::bad_combination, "a", {{{0}, "significant"}, {{}, "auto_shutdown"}}});
  CHECK(check_childspecs({&child, 1}, AutoShutdown::any_significant).empty());
}

ChildSpec named(std::string id, std::string name) {
  ChildSpec child = worker(std::move(id));
  child.name = std::move(name);
  return child;
}

TEST_CASE("a registered name is a name, without a path") {
  CHECK(check(with(named("a", "cache"))).empty());
  CHECK(check(with(named("a", std::string(longest_name, 'n')))).empty());
  for (const std::string& name : {std::string(), std::string("a/b"), std::string("a:1"), std::string(".a"),
                                  std::string(longest_name + 1, 'n')}) {
    check_only(check(with(named("a", name))), {Kind::invalid_name, "a", {{{0}, "name"}}});
  }
  ChildSpec pool = over("pool", {.dynamic = true, .children = {}});
  pool.name = "pool";
  ChildSpec sleeper{.id = "s", .name = "sleeper", .type = ChildType::program, .command = {"sleep"}};
  CHECK(check(SupervisorSpec{.children = {pool, sleeper}}).empty());
}

TEST_CASE("a registered name is one child's in the whole tree, wherever it stands") {
  const auto inner = over("front", with(named("store", "cache")));
  check_only(check(SupervisorSpec{.children = {named("a", "cache"), named("b", "cache")}}),
             {Kind::duplicate_name, "b", {{{1}, "name"}, {{0}, "name"}}});
  check_only(check(SupervisorSpec{.children = {inner, named("b", "cache")}}),
             {Kind::duplicate_name, "b", {{{1}, "name"}, {{0, 0}, "name"}}});
  check_only(check(SupervisorSpec{.children = {named("b", "cache"), inner}}),
             {Kind::duplicate_name, "front/store", {{{1, 0}, "name"}, {{0}, "name"}}});
  check_only(check_childspecs(std::vector{named("a", "cache"), named("b", "cache")}),
             {Kind::duplicate_name, "b", {{{1}, "name"}, {{0}, "name"}}});
}

TEST_CASE("a registered name is no path of another child") {
  const auto tree = [](std::vector<ChildSpec> children) {
    return TreeSpec{.node = "n", .supervisor = {.children = std::move(children)}};
  };
  const auto inner = over("front", with(named("store", "cache")));
  check_only(check(tree({inner, worker("cache")})),
             {Kind::duplicate_name, "front/store", {{{0, 0}, "name"}, {{1}, "id"}}});
  // Its own is none of another one, and below the root no id is a path.
  CHECK(check(tree({named("cache", "cache"), over("front", with(worker("cache")))})).empty());
  CHECK(check(tree({over("front", {.children = {worker("cache"), named("b", "cache")}})})).empty());
}

TEST_CASE("of a template several children are made, so that nothing in it has a registered name") {
  const auto simple = [](ChildSpec child) {
    return SupervisorSpec{.strategy = Strategy::simple_one_for_one, .children = {std::move(child)}};
  };
  check_only(check(simple(named("a", "cache"))), {Kind::invalid_name, "a", {{{0}, "name"}}});
  check_only(check(simple(over("s", with(named("a", "cache"))))),
             {Kind::invalid_name, "s/a", {{{0, 0}, "name"}}});
  ChildSpec sessions = over("sessions", simple(worker("a")));
  sessions.name = "sessions";
  CHECK(check(with(sessions)).empty());
}

TEST_CASE("via is a worker's, and names a registry") {
  const auto entered = [](Via via) {
    ChildSpec child = worker("a");
    child.via = std::move(via);
    return child;
  };
  for (const std::string key : {"", "alice", "a\nb/\u00f6"}) {
    CHECK(check(with(entered({"sessions", key}))).empty());
    CHECK(check(with(entered({"front/sessions", key}))).empty());
  }
  for (const std::string& registry :
       {std::string(), std::string("a//b"), std::string("/a"), std::string("a b"), std::string("a\n"),
        std::string(longest_name + 1, 'n')}) {
    check_only(check(with(entered({registry, "k"}))), {Kind::invalid_via, "a", {{{0}, "via.registry"}}});
  }
  check_only(check(with(entered({"r", {"\0", 1}}))), {Kind::invalid_via, "a", {{{0}, "via.key"}}});

  ChildSpec child = entered({"r", "k"});
  child.name = "n";
  check_only(check(with(child)), {Kind::bad_combination, "a", {{{0}, "via"}, {{0}, "name"}}});
  child = entered({"r", "k"});
  child.type = ChildType::program;
  check_only(check(with(child)), {Kind::bad_combination, "a", {{{0}, "via"}, {{0}, "type"}}});
  check_only(
      check(SupervisorSpec{.strategy = Strategy::simple_one_for_one, .children = {entered({"r", "k"})}}),
      {Kind::invalid_via, "a", {{{0}, "via"}}});
}

SupervisorSpec partitioned(std::uint32_t partitions) {
  return {.partitions = partitions, .children = {worker("")}};
}

TEST_CASE("partitions are made from one child, which has no id") {
  CHECK(check(partitioned(1)).empty());
  CHECK(check(partitioned(most_partitions)).empty());
  for (const std::uint32_t number : {0U, most_partitions + 1}) {
    CHECK(check(partitioned(number)).front().kind == Kind::invalid_partitions);
  }
  SupervisorSpec spec = partitioned(4);
  spec.children.front().id = "a";
  check_only(check(spec), {Kind::invalid_id, "child 1", {{{0}, "id"}}});
  spec = partitioned(4);
  spec.children.clear();
  check_only(check(spec), {Kind::bad_start_spec, "", {{{}, "child"}, {{}, "partitions"}}});
  spec.children = {worker("a"), worker("b")};
  check_only(check(spec), {Kind::bad_start_spec, "", {{{}, "child"}, {{}, "partitions"}}});
  spec = partitioned(4);
  spec.strategy = Strategy::simple_one_for_one;
  spec.children.front().id = "a";
  check_only(check(spec), {Kind::bad_combination, "", {{{}, "partitions"}, {{}, "strategy"}}});
  check_only(check(SupervisorSpec{.dynamic = true, .partitions = 4, .children = {}}),
             {Kind::bad_combination, "", {{{}, "partitions"}, {{}, "dynamic"}}});
}

TEST_CASE("the number of a partition is a part of its path, and so a name of its own below the root") {
  const auto at = [](std::size_t length, std::uint32_t partitions) {
    return with(over(std::string(length, 'n'), partitioned(partitions)));
  };
  CHECK(check(at(longest_name - 2, 10)).empty());
  check_only(check(at(longest_name - 2, 11)),
             {Kind::invalid_id, std::string(longest_name - 2, 'n') + "/child 1", {{{0, 0}, "id"}}});
  SupervisorSpec named_one = partitioned(2);
  named_one.children.front().name = "cache";
  check_only(check(named_one), {Kind::invalid_name, "child 1", {{{0}, "name"}}});
}

TEST_CASE("the children at boot are the partitions, or those of the spec, or none") {
  const auto ids = [](const SupervisorSpec& spec) {
    std::string text;
    for (const ChildSpec& child : children_at_boot(spec))
      text += child.id + ' ' + child.command.front() + ' ';
    return text;
  };
  CHECK(ids(partitioned(3)) == "0 true 1 true 2 true ");
  CHECK(ids({.children = {worker("a"), worker("b")}}) == "a true b true ");
  CHECK(ids({.strategy = Strategy::simple_one_for_one, .children = {worker("a")}}).empty());
  CHECK(ids({.dynamic = true, .children = {}}).empty());
}

TEST_CASE("a node needs a name that can be a file's") {
  for (const char* node : {"a/b", "..", "a b"}) {
    check_only(check(TreeSpec{.node = node}), {Kind::invalid_id, "", {{{}, "node"}}});
  }
  check_only(check(TreeSpec{}), {Kind::missing_id, "", {{{}, "node"}}});
}

TEST_CASE("a child's name is its path, and that has to fit into its row") {
  CHECK(longest_name + 1 == ipc::name_bytes);
  const auto nested = [](std::size_t outer, std::size_t inner) {
    return with(over(std::string(outer, 'o'), with(worker(std::string(inner, 'i')))));
  };
  CHECK(check(nested(31, 31)).empty());
  check_only(check(nested(31, 32)),
             {Kind::invalid_id, std::string(31, 'o') + '/' + std::string(32, 'i'), {{{0, 0}, "id"}}});
}

TEST_CASE("of a path that is too long the first id is blamed that does not fit, and nobody below it") {
  const std::string half(31, 'n');
  const auto tree = with(over(half, with(over(half, with(over("c", with(worker("d"))))))));
  check_only(check(tree), {Kind::invalid_id, half + '/' + half + "/c", {{{0, 0, 0}, "id"}}});
  // Nobody knows what the names below a nameless one would be.
  const auto nameless = with(over("", with(worker(std::string(longest_name, 'n')))));
  check_only(check(nameless), {Kind::missing_id, "child 1", {{{0}, "id"}}});
}

TEST_CASE("the deepest tree is the one with the shortest names") {
  const auto chain = [](std::size_t levels) {
    SupervisorSpec spec = with(worker("a"));
    for (std::size_t level = 1; level < levels; ++level) spec = with(over("a", std::move(spec)));
    return spec;
  };
  CHECK(check(chain(deepest)).empty());
  const auto faults = check(chain(deepest + 1));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].about.at(0).child == std::vector<std::size_t>(deepest + 1, 0));
}

TEST_CASE("all faults of a tree come at once, from the top to the leaves") {
  ChildSpec permanent = worker("d");
  permanent.significant = true;
  permanent.shutdown = Shutdown{.timeout = -1ns};
  const SupervisorSpec inner{.period = 0s, .max_children = 3, .children = {permanent, {.id = ""}}};
  const SupervisorSpec spec{.intensity = 2'000'000, .children = {worker("a"), worker("a"), over("s", inner)}};
  std::vector<std::string> texts;
  for (const SpecFault& fault : check(spec)) texts.push_back(to_string(fault));
  CHECK(texts == std::vector<std::string>{
                     "the intensity is 2000000: the highest is 1000000",
                     "child 2 has the id \"a\", which child 1 has already: every child needs one of its own",
                     "s: the period is 0s: it must be longer than 0",
                     "s: max_children is for dynamic supervisors",
                     "s/d: the shutdown time is -1ns: it must be 0 or longer",
                     "s/d: a permanent child cannot be significant: it never ends by itself for good",
                     "s/d: a child is significant only where auto_shutdown is not never",
                     "s/child 2: the id is empty: every child needs a name",
                     "s/child 2: there is no command to start it by",
                 });
}

TEST_CASE("what somebody else has written is quoted in one line, and cut") {
  const auto faults = check(with(worker("\x1b\n" + std::string(10'000, 'x'))));
  REQUIRE(faults.size() == 1);
  const std::string text = to_string(faults);
  CHECK_THAT(text, Catch::Contains("\"\\u001b\\nxxx") && Catch::Contains("x...\""));
  CHECK(text.size() < 400);
}

}  // namespace
}  // namespace ninelives
