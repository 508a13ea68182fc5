// Supervisors with partitions: which there are, who answers for which key, what becomes of them.
#include <catch2/catch.hpp>

#include <ninelives/partition.hpp>

#include "tests/e2e/managed.hpp"
#include "tests/programs/mirror.hpp"

namespace ninelives::test {
namespace {

using Why = ChildError::Kind;

std::string mirrors() {
  return "[[child]]\ntype = \"worker\"\ncommand = [\"" + test_program("mirror") + "\"]\n";
}

std::optional<std::string> own_number(const Ref<MirrorApi>& mirror) {
  auto answer = mirror.call(Variable{"NINELIVES_PARTITION"});
  return answer ? *answer : std::nullopt;
}

std::string last_partition(const std::string& supervisor) {
  return (supervisor.empty() ? "" : supervisor + '/') + "3";
}

struct Partitioned {
  explicit Partitioned(const std::string& named)
      : name(named),
        running(sandbox,
                named.empty() ? tree_of({mirrors()}, "partitions = 4")
                              : tree_of({test::supervisor(named, {mirrors()}, "partitions = 4")}),
                {{"NINELIVES_PARTITION", "77"}}) {
    running.wait_for_start(last_partition(name));
    node.emplace(attach());
  }
  std::string path(int number) const { return (name.empty() ? "" : name + '/') + std::to_string(number); }

  Sandbox sandbox;
  std::string name;
  RunningNode running;
  std::optional<Node> node;
};

}  // namespace

TEST_CASE("each partition is told which it is, and answers for its keys") {
  const Partitioned test(GENERATE(std::string(), std::string("workers")));
  for (int key = -9; key < 10; ++key) {
    const auto mirror = partition<MirrorApi>(test.name, key);
    CHECK(own_number(mirror) == std::to_string(std::abs(key) % 4));
    CHECK(mirror.pid().value() == whereis<MirrorApi>(test.path(std::abs(key) % 4)).pid().value());
  }
  for (const std::string user : {"alice", "bob", ""}) {
    CHECK(own_number(partition<MirrorApi>(test.name, user)) ==
          std::to_string(detail::partition_key(user) % 4));
  }
}

TEST_CASE("a partition that is killed is there again, and so is each when their supervisor is killed") {
  const Partitioned test("workers");
  const auto third = partition<MirrorApi>("workers", 2);
  const Pid first = third.pid().value();
  test.running.kill_child(GENERATE("workers/2", "workers"));
  REQUIRE(wait_until([&] { return third.pid().value_or(first) != first; }));
  CHECK(third.pid()->slot == first.slot);
  CHECK(own_number(third) == "2");
}

TEST_CASE("a supervisor has its partitions for children, and no others") {
  const Partitioned test("workers");
  const Supervisor workers("workers");
  CHECK(workers.count_children().value() == ChildCounts{.specs = 4, .active = 4, .workers = 4});
  CHECK(workers.which_children()->front().id == "3");
  CHECK(workers.start_child(ChildSpec{.id = "a", .command = {"sleep"}}).error().is(Why::partitioned));
  REQUIRE(workers.terminate_child("3"));
  CHECK(workers.delete_child("3").error().is(Why::partitioned));
  CHECK(partition<MirrorApi>("workers", 3).pid().error().kind == SendError::Kind::noproc);
  CHECK(own_number(partition<MirrorApi>("workers", 2)) == "2");
  REQUIRE(workers.restart_child("3"));
  CHECK(own_number(partition<MirrorApi>("workers", 3)) == "3");

  SupervisorSpec more{.partitions = 5, .children = {{.command = {"sleep"}}}};
  CHECK(workers.change_spec(more).error().is(Why::not_changed));
  const Ended shell = test.sandbox.ninelives({"delete-child", "workers/3"});
  CHECK(shell.code == 1);
  CHECK_THAT(shell.err, Catch::Contains("\"workers\" has its partitions for children, and no others"));
}

TEST_CASE("who has no partitions has none of any key") {
  const Managed test("top");
  const auto text = [](const Ref<MirrorApi>& mirror) { return mirror.pid().error().text; };
  CHECK(text(partition<MirrorApi>("top", 1)) == "\"top\" has no partitions");
  CHECK(text(partition<MirrorApi>("", "a")) == "the root supervisor has no partitions");
  CHECK(text(partition<MirrorApi>("nobody", 1)) == "node n has no \"nobody\"");
}

}  // namespace ninelives::test
