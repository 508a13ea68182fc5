// Tasks: work in processes of its own, under a dynamic supervisor.
#include <catch2/catch.hpp>
#include <numeric>

#include <ninelives/task.hpp>

#include "tests/e2e/managed.hpp"
#include "tests/programs/chores.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

// A simple_one_for_one of chores, a dynamic supervisor, and the test as a process of the node.
struct Workshop {
  Sandbox sandbox;
  RunningNode running{
      sandbox,
      tree_of({supervisor("tasks", {worker("chore", {test_program("chores")}, R"(restart = "temporary")")},
                          R"(strategy = "simple_one_for_one")"),
               supervisor("pool", {}, "dynamic = true"), sleeper("last")})};
  std::optional<Node> node;
  TaskSupervisor tasks{"tasks"};
  TaskSupervisor pool{"pool"};

  Workshop() {
    running.wait_for_start("last");
    node.emplace(attach());
  }
  // When all that was started below that supervisor is gone.
  static bool is_empty(const TaskSupervisor& tasks) {
    return wait_until([&] {
      const auto counts = tasks.supervisor().count_children();
      return counts && counts->active == 0;
    });
  }
};

}  // namespace

TEST_CASE("a task does its work in a process of its own, and is gone afterwards") {
  const Workshop shop;
  auto task = shop.tasks.async_nolink<ChoresApi>(Double{21});
  REQUIRE(task.pid());
  CHECK(*task.await() == 42);
  CHECK(Workshop::is_empty(shop.tasks));
}

TEST_CASE("a task that crashes leaves its reason, and nobody else falls") {
  const Workshop shop;
  auto task = shop.tasks.async_nolink<ChoresApi>(Crash{});
  const auto outcome = task.await();
  REQUIRE(outcome.error().kind == CallError::Kind::down);
  CHECK(outcome.error().reason == ExitReason::error("exception in crash: too hard"));
  CHECK(*shop.tasks.async_nolink<ChoresApi>(Double{1}).await() == 2);
}

TEST_CASE("a task that takes longer than it is awaited is shut down") {
  const Workshop shop;
  auto task = shop.tasks.async_nolink<ChoresApi>(Hang{});
  CHECK_FALSE(task.yield(20ms));
  CHECK(task.await(20ms).error().kind == CallError::Kind::timeout);
  CHECK(Workshop::is_empty(shop.tasks));
}

TEST_CASE("a task may come with a spec of its own") {
  const Workshop shop;
  const ChildSpec chores{.id = "chores", .command = {test_program("chores")}};
  CHECK(*shop.pool.async_nolink<ChoresApi>(chores, Double{4}).await() == 8);
  const auto none =
      shop.pool.async_nolink<ChoresApi>({.id = "x", .command = {"/nowhere"}}, Double{4}).await();
  CHECK_THAT(none.error().text, Catch::Contains("the task was not started"));
}

TEST_CASE("a stream has so many tasks at once, and its outcomes come in the order of the jobs") {
  const Workshop shop;
  std::vector<Double> jobs;
  for (int number = 0; number < 20; ++number) jobs.push_back({number});
  std::vector<std::size_t> order;
  std::vector<int> results;
  std::uint64_t most = 0;
  shop.tasks.async_stream<ChoresApi>(jobs,
                                     [&](std::size_t job, std::expected<int, CallError> outcome) {
                                       order.push_back(job);
                                       results.push_back(outcome.value_or(-1));
                                       most =
                                           std::max(most, shop.tasks.supervisor().count_children()->active);
                                     },
                                     {.max_concurrency = 3});
  std::vector<std::size_t> in_order(20);
  std::iota(in_order.begin(), in_order.end(), 0);
  CHECK(order == in_order);
  for (int number = 0; number < 20; ++number) CHECK(results[static_cast<std::size_t>(number)] == 2 * number);
  CHECK(most < jobs.size());  // besides those at work there may be some that have answered and not yet ended
}

TEST_CASE("one of a stream that crashes and one that hangs are outcomes among the others") {
  const Workshop shop;
  std::vector<Sleep> jobs{{0}, {60'000}, {1}};
  std::vector<std::string> outcomes;
  shop.tasks.async_stream<ChoresApi>(
      jobs,
      [&](std::size_t, const std::expected<int, CallError>& outcome) {
        outcomes.push_back(outcome ? std::to_string(*outcome) : std::string(to_string(outcome.error().kind)));
      },
      {.max_concurrency = 2, .timeout = 300ms});
  CHECK(outcomes == std::vector<std::string>{"0", "timeout", "1"});
  CHECK(Workshop::is_empty(shop.tasks));
}

TEST_CASE("a program is run to its end") {
  const Workshop shop;
  CHECK(*shop.pool.run({.id = "true", .command = {"true"}}) == ExitReason::normal());
  CHECK(*shop.pool.run({.id = "false", .command = {"false"}}) == ExitReason::exited(1));
  CHECK(*shop.pool.run({.id = "crash", .command = {"sh", "-c", "kill -SEGV $$"}}) ==
        ExitReason::signalled(11, false));
  CHECK(shop.pool.run({.id = "sleep", .command = {"sleep", "1000"}}, 50ms).error().kind ==
        CallError::Kind::timeout);
  CHECK(Workshop::is_empty(shop.pool));
}

}  // namespace ninelives::test
