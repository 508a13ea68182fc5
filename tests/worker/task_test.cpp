// The program's side of a task, in a node without processes.
#include <catch2/catch.hpp>
#include <stdexcept>

#include <ninelives/task.hpp>
#include <ninelives/test.hpp>

#include "tests/programs/chores.hpp"

namespace ninelives::test {
namespace {

using namespace std::chrono_literals;

struct Chores {
  int operator()(const Double& job) const { return 2 * job.number; }
  void operator()(const Crash&) const {}
  int operator()(const Sleep& job) const { return job.ms; }
  void operator()(const Hang&) const {}
};
using Program = detail::TaskServer<ChoresApi, Chores>;

struct Ask {};
struct Foreman {
  using Calls = ninelives::Calls<std::string(Ask)>;
};
// Has something done, and answers by what became of it.
class ForemanServer : public GenServer<Foreman> {
 public:
  CallResult<std::string> handle_call(const Ask&, const From<std::string>& from) {
    from_ = from;
    task_ = TaskSupervisor("nobody").async_nolink<ChoresApi>(Double{21});
    return noreply();
  }
  void handle_info(const Response& response) {
    if (const auto outcome = task_.check(response)) from_.reply(outcome->error().text);
  }

 private:
  From<std::string> from_;
  Task<int> task_;
};

}  // namespace

TEST_CASE("A server hears of a task that could not be started as of any other outcome") {
  Node node;
  node.start<ForemanServer>("foreman");
  const auto answer = whereis<Foreman>("foreman").call(Ask{});
  REQUIRE(answer.has_value());
  CHECK_THAT(*answer, Catch::Contains("nobody"));
}

TEST_CASE("A task answers one call, and is done") {
  Node node;
  node.start<Program>("task", Chores());
  CHECK(*whereis<ChoresApi>("task").call(Double{21}) == 42);
  CHECK(node.reason("task") == ExitReason::normal());
}

TEST_CASE("A task whose starter is gone before he gives it work does not wait for ever") {
  Node node;
  node.start<Program>("task", Chores());
  node.advance(29s);
  CHECK(node.is_alive("task"));
  node.advance(1s);
  CHECK(node.reason("task") == ExitReason::shutdown("nobody has given it work"));
}

TEST_CASE("A task of the tree does its work when it has been started, and ends") {
  Node node;
  int done = 0;
  auto work = [&] { ++done; };
  node.start<detail::LoneTaskServer<decltype(work)>>("task", work);
  CHECK(done == 1);
  CHECK(node.reason("task") == ExitReason::normal());
}

TEST_CASE("A task of the tree that throws ends by its exception") {
  Node node;
  auto work = [] { throw std::runtime_error("no disk"); };
  node.start<detail::LoneTaskServer<decltype(work)>>("task", work);
  CHECK_FALSE(node.reason("task")->is_clean());
  CHECK(to_string(*node.reason("task")).contains("no disk"));
}

}  // namespace ninelives::test
