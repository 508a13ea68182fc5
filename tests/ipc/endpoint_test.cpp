// Two or three endpoints in one process: what the protocol promises while nobody is killed by force, and what
// a caller concludes from what the supervisor writes.
#include <atomic>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "ipc/box_view.hpp"
#include "tests/support/mail.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/test_node.hpp"

using namespace std::chrono_literals;
using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::test::await;
using ninelives::test::cast;
using ninelives::test::TestNode;

namespace {

// A reply is the endpoint's own, and here the endpoint ends with its thread.
using Reply = std::expected<std::string, CallError>;
Reply copied(const std::expected<std::string_view, CallError>& reply) {
  if (!reply) return std::unexpected(reply.error());
  return std::string(*reply);
}

// Answers every call with its own payload, until told to stop by an info.
void serve_echo(Endpoint& endpoint) {
  for (;;) {
    while (const Received* received = endpoint.next()) {
      if (received->kind == Kind::info) return;
      if (received->kind == Kind::call) {
        endpoint.reply(received->from, Kind::reply, received->ref, std::string(received->payload));
      }
    }
    endpoint.wait(no_deadline);
  }
}

}  // namespace

TEST_CASE("messages of one sender arrive once each, in order") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  for (int i = 0; i < 100; ++i) REQUIRE(a->send(node.owner(bob), cast(std::to_string(i)), no_patience));
  for (int i = 0; i < 100; ++i) {
    const Received* received = b->next();
    REQUIRE(received);
    CHECK(received->payload == std::to_string(i));
    CHECK(received->from == alice);
  }
  CHECK_FALSE(b->next());
}

TEST_CASE("a full ring refuses at the deadline and takes again once there is room") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const std::string payload(1000, 'x');
  std::size_t sent = 0;
  while (auto result = a->send(node.owner(bob), cast(payload), no_patience)) ++sent;
  CHECK(sent == ring_capacity / record_bytes(payload.size()));
  std::size_t taken = 0;
  while (b->next()) ++taken;
  CHECK(taken == sent);
  CHECK(a->send(node.owner(bob), cast(payload), no_patience));
}

TEST_CASE("a message that is too large is refused with the limit") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  auto refused = a->send(node.owner(bob), cast(std::string(payload_max + 1, 'x')), no_patience);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == SendError::Kind::too_large);
  CHECK(a->send(node.owner(bob), cast(std::string(payload_max, 'x')), no_patience));
}

TEST_CASE("a call ends in the reply of a server in another thread, asleep or awake") {
  auto sleeps_on = GENERATE(Endpoint::SleepsOn::futex, Endpoint::SleepsOn::door);
  TestNode node;
  Pid client = node.add(""), server = node.add("echo");
  auto c = node.attach(client, sleeps_on);
  std::thread thread([&, s = node.attach(server, sleeps_on)] { serve_echo(*s); });
  for (int i = 0; i < 2000; ++i) {
    auto reply = c->call(node.owner(server), 1, std::to_string(i), 10s);
    if (!reply || *reply != std::to_string(i))
      FAIL("call " << i << ": " << (reply ? std::string(*reply) : reply.error().text));
  }
  CHECK(c->send(node.owner(server), {.kind = Kind::info}, 10s));
  thread.join();
}

TEST_CASE("a sender that waits for room goes on when the receiver has made some") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  std::atomic<bool> all_sent{false};
  std::thread sender([&, a = node.attach(alice)] {
    for (int i = 0; i < 20'000; ++i) {
      if (!a->send(node.owner(bob), cast(std::string(100, 'x')), 20s)) return;
    }
    all_sent = true;
  });
  auto b = node.attach(bob);
  int taken = 0;
  while (taken < 20'000) {
    if (b->next()) {
      ++taken;
    } else {
      b->wait(deadline_after(20s));
    }
  }
  sender.join();
  CHECK(all_sent);
}

TEST_CASE("a call that was not taken waits for the next life of a server that keeps its mailbox") {
  TestNode node;
  Pid client = node.add(""), server = node.add("echo");
  Reply reply;
  std::atomic<bool> called{false};
  std::thread thread([&, c = node.attach(client)] {
    REQUIRE(c->send(node.owner(server), cast("first"), no_patience));
    called = true;
    reply = copied(c->call(node.owner(server), 1, "hello", 20s));
  });
  while (!called) std::this_thread::yield();
  Pid next = node.restart(server);
  std::thread echo([&, s = node.attach(next)] { serve_echo(*s); });
  thread.join();
  REQUIRE(reply);
  CHECK(*reply == "hello");
  auto stopper = node.attach(node.add(""));
  CHECK(stopper->send(node.owner(next), {.kind = Kind::info}, 10s));
  echo.join();
}

TEST_CASE("a call that a dead life has taken is down with its reason") {
  TestNode node;
  Pid client = node.add(""), server = node.add("echo");
  Reply reply;
  std::thread thread(
      [&, c = node.attach(client)] { reply = copied(c->call(node.owner(server), 1, "hello", 20s)); });
  auto s = node.attach(server);
  while (!s->next()) s->wait(deadline_after(20s));
  node.restart(server);
  thread.join();
  REQUIRE_FALSE(reply);
  CHECK(reply.error().kind == CallError::Kind::down);
  CHECK(reply.error().reason == ExitReason::killed());
}

TEST_CASE("a call that nobody has taken of a process that gives up is dropped, and a later one noproc") {
  TestNode node;
  Pid client = node.add(""), server = node.add("echo");
  Reply reply;
  std::atomic<bool> called{false};
  auto c = node.attach(client);
  std::thread thread([&] {
    REQUIRE(c->send(node.owner(server), cast("first"), no_patience));
    called = true;
    reply = copied(c->call(node.owner(server), 1, "hello", 20s));
  });
  while (!called) std::this_thread::yield();
  node.end(server, RowState::stopped, ExitReason::error("no more"));
  thread.join();
  REQUIRE_FALSE(reply);
  CHECK((reply.error().kind == CallError::Kind::dropped || reply.error().kind == CallError::Kind::noproc));
  auto late = c->call(node.owner(server), 1, "hello", 20s);
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == CallError::Kind::noproc);
  CHECK(late.error().text == "\"echo\" is not running");
}

TEST_CASE("a call without an answer times out, and the late reply is not taken for the next one's") {
  TestNode node;
  Pid client = node.add(""), server = node.add("slow");
  auto c = node.attach(client), s = node.attach(server);
  auto timed_out = c->call(node.owner(server), 1, "one", 1ms);
  REQUIRE_FALSE(timed_out);
  CHECK(timed_out.error().kind == CallError::Kind::timeout);
  const Received* first = s->next();
  REQUIRE(first);
  s->reply(first->from, Kind::reply, first->ref, "late");
  std::thread thread([&] { serve_echo(*s); });
  auto second = c->call(node.owner(server), 1, "two", 20s);
  REQUIRE(second);
  CHECK(*second == "two");
  CHECK(c->send(node.owner(server), {.kind = Kind::info}, 10s));
  thread.join();
}

TEST_CASE("a monitor hears of the end once, after the last message") {
  TestNode node;
  Pid watcher = node.add("watcher"), victim = node.add("victim");
  auto w = node.attach(watcher);
  auto ref = w->monitor(victim);
  CHECK_FALSE(w->next());
  {
    auto v = node.attach(victim);
    for (int i = 0; i < 3; ++i) REQUIRE(v->send(node.owner(watcher), cast("last words"), no_patience));
  }
  node.end(victim, RowState::restarting, ExitReason::signalled(11, true));
  for (int i = 0; i < 3; ++i) {
    const Received* word = w->next();
    REQUIRE(word);
    CHECK(word->kind == Kind::cast);
  }
  const Received* down = await(*w);
  REQUIRE(down);
  CHECK(down->kind == Kind::down);
  CHECK(down->ref == ref);
  CHECK(down->from == victim);
  CHECK(down->reason == ExitReason::signalled(11, true));
  CHECK_FALSE(w->next());
}

TEST_CASE("a new life finds what was sent to the former one, and no life is attached twice") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  {
    auto b = node.attach(bob);
    REQUIRE(a->send(node.owner(bob), cast("one"), no_patience));
    REQUIRE(a->send(node.owner(bob), cast("two"), no_patience));
    REQUIRE(b->next()->payload == "one");
    CHECK_FALSE(Endpoint::attach(node.files.path(), bob, Endpoint::SleepsOn::futex));
  }
  Pid next = node.restart(bob);
  auto b = node.attach(next);
  const Received* two = b->next();
  REQUIRE(two);
  CHECK(two->payload == "two");
  CHECK_FALSE(b->next());
}

TEST_CASE("a sender's next life goes on in the ring of the former one") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto b = node.attach(bob);
  REQUIRE(node.attach(alice)->send(node.owner(bob), cast("one"), no_patience));
  Pid next = node.restart(alice);
  auto a = node.attach(next);
  REQUIRE(a->send(node.owner(bob), cast("two"), no_patience));
  REQUIRE(b->next()->payload == "one");
  const Received* two = b->next();
  REQUIRE(two);
  CHECK(two->payload == "two");
  CHECK(two->from == next);
}

TEST_CASE("with drop the next life sees nothing of what was waiting") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob", RowType::worker, false);
  auto a = node.attach(alice);
  REQUIRE(a->send(node.owner(bob), cast("one"), no_patience));
  node.table.set_accept_from(bob.slot, bob.incarnation + 1);
  Pid next = node.restart(bob);
  auto b = node.attach(next);
  CHECK_FALSE(b->next());
  REQUIRE(a->send(node.owner(bob), cast("two"), no_patience));
  const Received* two = b->next();
  REQUIRE(two);
  CHECK(two->payload == "two");
}

TEST_CASE("garbage in a ring closes it and hurts nobody else") {
  TestNode node;
  Pid alice = node.add("alice"), carol = node.add("carol"), bob = node.add("bob");
  auto a = node.attach(alice), c = node.attach(carol), b = node.attach(bob);
  REQUIRE(a->send(node.owner(bob), cast("fine"), no_patience));
  REQUIRE(b->next()->payload == "fine");
  auto fd = node.files.open_file(NodeFiles::ring(node.owner(alice), node.owner(bob)), O_RDWR);
  REQUIRE(fd);
  const std::string garbage(page_bytes, '\x5a');
  REQUIRE(::pwrite(fd->get(), garbage.data(), garbage.size(), page_bytes) == page_bytes);
  REQUIRE(c->send(node.owner(bob), cast("mine"), no_patience));
  const Received* mine = b->next();
  REQUIRE(mine);
  CHECK(mine->payload == "mine");
  CHECK_FALSE(b->next());
  REQUIRE(a->send(node.owner(bob), cast("into the void"), no_patience));
  CHECK_FALSE(b->next());
  b->wait(Clock::now());
  CHECK_FALSE(b->next());
  CHECK(b->status().closed_rings == 1);
  // The sender finds out when it next needs to know how far its messages were taken.
  const std::string large(inline_max, 'x');
  auto sent = a->send(node.owner(bob), cast(large), no_patience);
  for (int i = 0; i < 8 && sent; ++i) sent = a->send(node.owner(bob), cast(large), no_patience);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == SendError::Kind::refused);
}

TEST_CASE("garbage in a bell costs time, never a message") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  auto vandal = TestNode::must(BoxView::open(node.files, node.owner(bob)));
  auto* words = reinterpret_cast<unsigned char*>(&vandal.bell());
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < 50; ++i)
      words[random() % sizeof(Bell)] = static_cast<unsigned char>(random() % 2 ? random() : 0);
    REQUIRE(a->send(node.owner(bob), cast(std::to_string(round)), no_patience));
    b->look_everywhere();  // what the backstop does after a while
    const Received* message = b->next();
    REQUIRE(message);
    CHECK(message->payload == std::to_string(round));
  }
}

TEST_CASE("a forked child of a process has no mailbox, and says so") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  const ipc::Owner to = node.owner(bob);
  const pid_t child = ::fork();
  if (child == 0) {
    auto refused = a->send(to, cast("from a ghost"), no_patience);
    ::_exit(!refused && refused.error().kind == SendError::Kind::noproc ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("a call to a server whose ring makes no sense ends at once, and not at the time-out") {
  TestNode node;
  Pid client = node.add(""), server = node.add("scribbler");
  auto c = node.attach(client), s = node.attach(server);
  REQUIRE(s->send(node.owner(client), cast("a ring to scribble in"), no_patience));
  auto fd = node.files.open_file(NodeFiles::ring(node.owner(server), node.owner(client)), O_RDWR);
  REQUIRE(fd);
  const std::string garbage(page_bytes, '\x5a');
  REQUIRE(::pwrite(fd->get(), garbage.data(), garbage.size(), page_bytes) == page_bytes);
  auto outcome = c->call(node.owner(server), 1, "hello", for_ever);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == CallError::Kind::bad_message);
}
