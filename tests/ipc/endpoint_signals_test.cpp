// What is about one life: signals, what is sent to a Pid, and monitors of lives that are over already.
#include <catch2/catch.hpp>

#include "tests/support/mail.hpp"
#include "tests/support/test_node.hpp"

using namespace std::chrono_literals;
using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::test::await;
using ninelives::test::cast;
using ninelives::test::TestNode;

namespace {

constexpr auto every_signal = {Kind::system,     Kind::link, Kind::unlink,
                               Kind::unlink_ack, Kind::exit, Kind::forward};

}  // namespace

TEST_CASE("a signal comes with its ref and its payload") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const Kind kind = GENERATE(values(every_signal));
  REQUIRE(a->send(bob, {kind, 7, 11, "why"}, no_patience));
  const Received* signal = b->next();
  REQUIRE(signal);
  CHECK(signal->kind == kind);
  CHECK(signal->from == alice);
  CHECK(signal->ref == 7);
  if (kind == Kind::system) CHECK(signal->message == 11);  // the only one that is of several sorts
  CHECK(signal->payload == "why");
}

TEST_CASE("a signal that its life has not taken is void for the next one, though the mailbox is kept") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  const Kind kind = GENERATE(values(every_signal));
  REQUIRE(a->send(node.owner(bob), {.kind = kind}, no_patience));
  REQUIRE(a->send(node.owner(bob), cast("for whoever comes"), no_patience));
  auto next_life = node.attach(node.restart(bob));
  const Received* kept = next_life->next();
  REQUIRE(kept);
  CHECK(kept->payload == "for whoever comes");
  CHECK_FALSE(next_life->next());
}

TEST_CASE("while a process restarts nobody is there for a signal, and a message waits") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  node.end(bob, RowState::restarting);
  const auto refused = a->send(node.owner(bob), {.kind = Kind::exit}, no_patience);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == SendError::Kind::noproc);
  CHECK(a->send(node.owner(bob), cast("later"), no_patience));
}

TEST_CASE("what is sent to a life is for that life alone, whatever its kind") {
  const Kind kind = GENERATE(Kind::cast, Kind::info, Kind::call);
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  {
    auto b = node.attach(bob);
    REQUIRE(a->send(bob, {.kind = kind, .payload = "heard"}, no_patience));
    REQUIRE(a->send(bob, {.kind = kind, .payload = "too late"}, no_patience));
    const Received* heard = b->next();
    REQUIRE(heard);
    CHECK(heard->payload == "heard");
  }
  auto next_life = node.attach(node.restart(bob));
  CHECK_FALSE(next_life->next());
}

TEST_CASE("there is no process where a life is over, has not begun, or never was") {
  TestNode node;
  auto a = node.attach(node.add("alice"));
  Pid bob = node.add("bob");
  Pid next_life = node.restart(bob);
  const Pid to = GENERATE_COPY(bob, Pid{bob.slot, bob.incarnation + 2}, Pid{700, 3}, Pid{slots_max + 7, 1},
                               Pid{}, Pid{bob.slot, 0});
  const auto refused = a->send(to, cast("hello?"), no_patience);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == SendError::Kind::noproc);
  CHECK(a->send(next_life, cast("hello"), no_patience));
}

TEST_CASE("there is no process any more where a slot has another owner") {
  TestNode node;
  Pid former = node.add("", RowType::guest);
  auto a = node.attach(node.add("alice"));
  REQUIRE(a->send(former, cast("hello"), no_patience));
  Pid next_owner = node.reuse(former, "", RowType::guest);
  CHECK_FALSE(a->send(former, cast("hello?"), no_patience));
  CHECK(a->send(next_owner, cast("hello"), no_patience));
}

TEST_CASE("a monitor of a life that is over hears noproc, after what that life has sent") {
  const auto what = GENERATE(MonitorFor::down, MonitorFor::link);
  const RowState state = GENERATE(RowState::restarting, RowState::stopped);
  TestNode node;
  Pid watcher = node.add("watcher"), victim = node.add("victim");
  auto w = node.attach(watcher);
  REQUIRE(node.attach(victim)->send(node.owner(watcher), cast("last words"), no_patience));
  node.end(victim, state, ExitReason::error("why"));
  const auto ref = w->monitor(victim, what);
  const Received* words = await(*w);
  REQUIRE(words);
  CHECK(words->payload == "last words");
  const Received* down = await(*w);
  REQUIRE(down);
  CHECK(down->kind == Kind::down);
  CHECK(down->ref == ref);
  CHECK(down->reason == ExitReason::noproc());
  CHECK_FALSE(w->next());
}

TEST_CASE("a monitor of a life that lives hears why it ended, however late it looks") {
  const auto what = GENERATE(MonitorFor::down, MonitorFor::link);
  TestNode node;
  auto w = node.attach(node.add("watcher"));
  Pid victim = node.add("victim");
  w->monitor(victim, what);
  node.end(victim, RowState::stopped, ExitReason::error("why"));
  const Received* down = await(*w);
  REQUIRE(down);
  CHECK(down->reason == ExitReason::error("why"));
}
