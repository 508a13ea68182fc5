// The client of a supervisor: what it sends, and what it makes of the answers. Another thread plays the
// supervisor.
#include <catch2/catch.hpp>
#include <future>

#include <ninelives/supervisor.hpp>

#include "tests/support/test_node.hpp"
#include "worker/node_process.hpp"

namespace ninelives {
namespace {

using namespace std::chrono_literals;
using namespace supervision;

constexpr auto bound = 20s;

// The test's thread is a worker below the supervisor "shop/sessions".
struct Tree {
  test::TestNode node;
  Pid sessions =
      node.add({.name = "shop/sessions", .registered = "sessions", .type = ipc::RowType::supervisor});
  Pid me = node.add({.name = "shop/sessions/me", .type = ipc::RowType::worker, .supervisor = sessions.slot});
  detail::NodeProcess process{node.attach(me)};
};

// Answers the next call to that supervisor, which must be a Request, and returns it.
template <class Request>
std::future<Request> answer(const Tree& tree, const Pid& supervisor, typename Request::Reply reply) {
  return std::async(std::launch::async, [&tree, supervisor, reply = std::move(reply)] {
    const auto endpoint = tree.node.attach(supervisor);
    const auto until = ipc::deadline_after(bound);
    const ipc::Received* received = endpoint->next();
    for (; !received && ipc::Clock::now() < until; received = endpoint->next()) endpoint->wait(until);
    if (!received) throw std::runtime_error("nothing was asked");
    auto request = from_bytes<Request>(received->payload);
    const bool is_it = received->kind == ipc::Kind::call && received->message == wire_id<Request> && request;
    if (!is_it) {
      endpoint->reply(received->from, ipc::Kind::refusal, received->ref, "this is another question");
      throw std::runtime_error("another question");
    }
    endpoint->reply(received->from, ipc::Kind::reply, received->ref, to_bytes(reply));
    return std::move(*request);
  });
}

ChildSpec good_child() {
  ChildSpec child{.id = "cat", .restart = Restart::transient, .command = {"./session", "cat"}};
  child.environment = {{"COLOUR", "black"}};
  child.shutdown = Shutdown{.timeout = 20ms};
  child.start_timeout = 3s;
  child.backoff = Backoff{.jitter = 0.25};
  return child;
}

// With everything that a spec can say, three levels deep.
SupervisorSpec good_tree() {
  ChildSpec pool{.id = "pool", .type = ChildType::supervisor};
  pool.supervisor = {.strategy = Strategy::simple_one_for_one, .children = {good_child()}};
  ChildSpec guests{.id = "guests", .type = ChildType::supervisor};
  guests.supervisor = {.dynamic = true, .max_children = 7, .extra_arguments = {"-v"}, .children = {}};
  ChildSpec shop{.id = "shop", .type = ChildType::supervisor};
  shop.supervisor = {
      .strategy = Strategy::rest_for_one, .intensity = 0, .children = {good_child(), pool, guests}};
  ChildSpec last{.id = "last", .type = ChildType::program, .restart = Restart::temporary};
  last.significant = true;
  last.command = {"sleep", "1"};
  return {.period = 1500ms, .auto_shutdown = AutoShutdown::any_significant, .children = {shop, last}};
}

}  // namespace

TEST_CASE("the root is called without a name, and any other supervisor by its path") {
  Tree tree;
  SECTION("the root") {
    auto asked = answer<CountChildren>(tree, tree.node.root, {.specs = 3, .active = 2, .workers = 3});
    CHECK(Supervisor().count_children(bound)->active == 2);
    asked.get();
  }
  SECTION("another one") {
    auto asked = answer<CountChildren>(tree, tree.sessions, {.specs = 1});
    CHECK(Supervisor("shop/sessions").count_children(bound)->specs == 1);
    asked.get();
  }
  CHECK(Supervisor().pid().value() == tree.node.root);
  CHECK(Supervisor().name() == "");
  CHECK(Supervisor("shop/sessions").pid().value() == tree.sessions);
}

TEST_CASE("a start tells the new child's pid, its name and what its init has returned") {
  Tree tree;
  const Started started{.pid = {7, 1}, .name = "shop/sessions/cat", .info = "purrs"};
  SECTION("from a spec, which arrives whole") {
    auto asked = answer<StartChild>(tree, tree.sessions, started);
    CHECK(Supervisor("shop/sessions").start_child(good_child(), bound).value() == started);
    CHECK(asked.get().spec == good_child());
  }
  SECTION("from a template") {
    auto asked = answer<StartFromTemplate>(tree, tree.sessions, started);
    CHECK(Supervisor("shop/sessions").start_child({"--colour", "black"}, bound).value() == started);
    CHECK(asked.get().arguments == std::vector<std::string>{"--colour", "black"});
  }
  SECTION("again, by its id") {
    auto asked = answer<RestartChild>(tree, tree.sessions, started);
    CHECK(Supervisor("shop/sessions").restart_child("cat", bound).value() == started);
    CHECK(asked.get().child == ChildName("cat"));
  }
}

TEST_CASE("a child whose init has ignored its start is nobody") {
  Tree tree;
  auto asked = answer<StartChild>(tree, tree.node.root, Started{.name = "cat"});
  const auto started = Supervisor().start_child(good_child(), bound);
  REQUIRE(started);
  CHECK_FALSE(started->pid);
  asked.get();
}

TEST_CASE("a child is named by its id or by its pid") {
  Tree tree;
  const ChildName child = GENERATE(ChildName("cat"), ChildName(Pid{7, 3}));
  SECTION("to terminate it") {
    auto asked = answer<TerminateChild>(tree, tree.sessions, Ok{});
    CHECK(Supervisor("shop/sessions").terminate_child(child, bound));
    CHECK(asked.get().child == child);
  }
  SECTION("to read its spec, which arrives whole") {
    auto asked = answer<GetChildspec>(tree, tree.sessions, good_child());
    CHECK(Supervisor("shop/sessions").get_childspec(child, bound).value() == good_child());
    CHECK(asked.get().child == child);
  }
}

TEST_CASE("a spec is deleted by its child's id") {
  Tree tree;
  auto asked = answer<DeleteChild>(tree, tree.node.root, Ok{});
  CHECK(Supervisor().delete_child("cat", bound));
  CHECK(asked.get().child == ChildName("cat"));
}

TEST_CASE("the children are told with what they are and where they stand") {
  using Process = ChildInfo::Process;
  Tree tree;
  const std::vector<ChildInfo> children{
      {.id = "b", .name = "b", .type = ChildType::supervisor, .process = Process::present, .pid = {2, 9}},
      {.id = "a", .name = "a", .type = ChildType::program, .process = Process::restarting},
      {.id = "c", .name = "c"}};
  auto asked = answer<WhichChildren>(tree, tree.node.root, children);
  CHECK(Supervisor().which_children(bound).value() == children);
  asked.get();
}

TEST_CASE("another spec for a running supervisor arrives whole") {
  Tree tree;
  auto asked = answer<ChangeSpec>(tree, tree.node.root, Ok{});
  CHECK(Supervisor().change_spec(good_tree(), bound));
  CHECK(asked.get().spec == good_tree());
}

TEST_CASE("a supervisor's refusal is the result's error") {
  Tree tree;
  const ChildError refusal{.kind = ChildError::Kind::already_started, .pid = {3, 1}};
  auto asked = answer<StartChild>(tree, tree.node.root, std::unexpected(refusal));
  const auto result = Supervisor().start_child(good_child(), bound);
  REQUIRE_FALSE(result);
  CHECK(result.error().is(ChildError::Kind::already_started));
  CHECK_FALSE(result.error().is(ChildError::Kind::not_found));
  CHECK_FALSE(result.error().is(CallError::Kind::noproc));
  CHECK(std::get<ChildError>(result.error().why).pid == Pid{3, 1});
  CHECK(to_string(result.error()) == "already_started <3.1>");
  asked.get();
}

TEST_CASE("a supervisor that cannot be reached is the result's error") {
  Tree tree;
  SECTION("there is none of that name") {
    const auto result = Supervisor("shop/session").count_children(bound);
    REQUIRE_FALSE(result);
    CHECK(result.error().is(CallError::Kind::noproc));
    CHECK(to_string(result.error()) == "noproc: node test has no \"shop/session\"");
  }
  SECTION("it says nothing") {
    const auto result = Supervisor().terminate_child("cat", 1ms);
    REQUIRE_FALSE(result);
    CHECK(result.error().is(CallError::Kind::timeout));
    CHECK(to_string(result.error()) == "timeout: the root supervisor did not reply in time");
  }
  SECTION("it is no supervisor") {
    const Pid server = tree.node.add("server");
    auto asked = answer<GetChildspec>(tree, server, std::unexpected(ChildError{}));
    CHECK(Supervisor("server").count_children(bound).error().is(CallError::Kind::bad_message));
    CHECK_THROWS_WITH(asked.get(), "another question");
  }
}

TEST_CASE("faults of a spec are told without a question") {
  const Tree tree;
  ChildSpec faulty = good_child();
  SECTION("of a child") {
    faulty.command.clear();
    const auto result = Supervisor("nobody").start_child(faulty);
    REQUIRE_FALSE(result);
    CHECK(result.error().is(ChildError::Kind::invalid_spec));
    CHECK_THAT(to_string(result.error()), Catch::StartsWith("invalid_spec: cat: there is no command"));
  }
  SECTION("of a supervisor") {
    SupervisorSpec spec{.period = 0s, .children = {good_child(), good_child()}};
    const auto result = Supervisor("nobody").change_spec(spec);
    REQUIRE_FALSE(result);
    CHECK_THAT(to_string(result.error()),
               Catch::Contains("the period is 0s") && Catch::Contains("which child 1 has already"));
  }
  SECTION("but not whether a significant child fits its supervisor") {
    faulty.significant = true;
    CHECK(Supervisor("nobody").start_child(faulty).error().is(CallError::Kind::noproc));
  }
}

TEST_CASE("a child that would terminate itself is told so instead of waiting for its own end") {
  const Tree tree;
  const Supervisor sessions("shop/sessions");
  CHECK(sessions.terminate_child("me").error().is(CallError::Kind::calling_self));
  CHECK(sessions.terminate_child(tree.me).error().is(CallError::Kind::calling_self));
  CHECK(Supervisor("sessions").terminate_child("me").error().is(CallError::Kind::calling_self));
  CHECK(sessions.terminate_child("you", 1ms).error().is(CallError::Kind::timeout));
  CHECK(Supervisor().terminate_child("me", 1ms).error().is(CallError::Kind::timeout));
  CHECK(Supervisor().terminate_child(tree.me, 1ms).error().is(CallError::Kind::timeout));  // not its child
}

TEST_CASE("every error of a supervisor has its word") {
  using Kind = ChildError::Kind;
  CHECK(to_string(ChildError{.kind = Kind::not_found}) == "not_found");
  CHECK(to_string(ChildError{.kind = Kind::start_failed, .text = "no licence"}) ==
        "start_failed: no licence");
  CHECK(to_string(ChildError{.kind = Kind::already_started, .pid = {3, 1}, .text = "since noon"}) ==
        "already_started <3.1>: since noon");
}

}  // namespace ninelives
