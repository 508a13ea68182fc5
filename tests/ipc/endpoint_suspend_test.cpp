// A suspended process: signals come, messages stay in their rings and in their order.
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "ipc/activity.hpp"
#include "tests/support/mail.hpp"
#include "tests/support/test_node.hpp"

using namespace std::chrono_literals;
using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::test::await;
using ninelives::test::cast;
using ninelives::test::TestNode;

namespace {

struct Two {
  TestNode node;
  Pid sender = node.add("sender"), worker = node.add("worker");
  std::unique_ptr<Endpoint> s = node.attach(sender), w = node.attach(worker);

  void send(const Message& message) { REQUIRE(s->send(node.owner(worker), message, no_patience)); }
};

Message signal(Kind kind, std::string_view payload = {}) { return {.kind = kind, .payload = payload}; }

std::string next_payload(Endpoint& endpoint) {
  const Received* received = await(endpoint, 1s);
  return received ? std::string(received->payload) : "nothing";
}

bool is_quiet(Endpoint& endpoint) { return await(endpoint, 1ms) == nullptr; }

double thread_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

}  // namespace

TEST_CASE("while suspended signals overtake messages, which come in order afterwards") {
  Two two;
  two.send(cast("one"));
  two.send(signal(Kind::system, "get_state"));
  two.send(cast("two"));
  two.send(signal(Kind::exit, "why"));
  two.w->set_suspended(true);
  CHECK(two.w->is_suspended());
  CHECK(read_activity(two.w->status()).suspended);
  CHECK(next_payload(*two.w) == "get_state");
  CHECK(next_payload(*two.w) == "why");
  CHECK(is_quiet(*two.w));
  two.send(cast("three"));
  two.send(signal(Kind::link, "friend"));
  CHECK(next_payload(*two.w) == "friend");
  CHECK(is_quiet(*two.w));
  two.w->set_suspended(false);
  CHECK_FALSE(read_activity(two.w->status()).suspended);
  CHECK(next_payload(*two.w) == "one");
  CHECK(next_payload(*two.w) == "two");
  CHECK(next_payload(*two.w) == "three");
  CHECK(is_quiet(*two.w));
}

TEST_CASE("a signal that was taken from beyond the cursor is not taken again when it is suspended anew") {
  Two two;
  two.send(cast("one"));
  two.send(signal(Kind::system, "first"));
  two.w->set_suspended(true);
  CHECK(next_payload(*two.w) == "first");
  two.w->set_suspended(false);
  two.w->set_suspended(true);
  CHECK(is_quiet(*two.w));
  two.send(signal(Kind::system, "second"));
  CHECK(next_payload(*two.w) == "second");
  two.w->set_suspended(false);
  CHECK(next_payload(*two.w) == "one");
  CHECK(is_quiet(*two.w));
}

TEST_CASE("exit signals that are kept while suspended come in their places, and only once") {
  Two two;
  two.send(cast("one"));
  two.send(signal(Kind::exit, "why"));
  two.send(signal(Kind::system, "get_state"));
  two.send(cast("two"));
  two.w->set_suspended(true, true);
  CHECK(next_payload(*two.w) == "get_state");
  CHECK(is_quiet(*two.w));
  two.w->set_suspended(false);
  CHECK(next_payload(*two.w) == "one");
  CHECK(next_payload(*two.w) == "why");
  CHECK(next_payload(*two.w) == "two");
  CHECK(is_quiet(*two.w));
}

TEST_CASE("a suspended life that is killed leaves its messages to the next one, and no signal") {
  Two two;
  two.send(cast("one"));
  two.send(signal(Kind::exit, "taken"));
  two.send(cast("two"));
  two.send(signal(Kind::exit, "not taken"));
  two.w->set_suspended(true);
  CHECK(next_payload(*two.w) == "taken");
  two.w.reset();
  two.w = two.node.attach(two.node.restart(two.worker));
  CHECK(next_payload(*two.w) == "one");
  CHECK(next_payload(*two.w) == "two");
  CHECK(is_quiet(*two.w));
}

TEST_CASE("while suspended signals that stand first make room") {
  Two two;
  two.w->set_suspended(true);
  for (int i = 0; i < 5000; ++i) {  // more than a ring holds
    two.send(signal(Kind::link));
    REQUIRE(await(*two.w, 1s));
  }
}

TEST_CASE("the supervisor's stop reaches a suspended process") {
  Two two;
  two.send(cast("one"));
  two.w->set_suspended(true);
  auto root = two.node.attach(two.node.root);
  REQUIRE(root->send(two.node.owner(two.worker), signal(Kind::stop), no_patience));
  const Received* stop = await(*two.w, 1s);
  REQUIRE(stop);
  CHECK(stop->kind == Kind::stop);
}

TEST_CASE("a suspended process with mail sleeps") {
  Two two;
  for (int i = 0; i < 10; ++i) two.send(cast("mail"));
  two.w->set_suspended(true);
  const double before = thread_seconds();
  CHECK_FALSE(await(*two.w, 500ms));
  CHECK(thread_seconds() - before < 0.2);  // of processor, not of time
}

TEST_CASE("a suspended process that sleeps on its door can park in spite of its mail") {
  Two two;
  two.w.reset();
  two.w = two.node.attach(two.node.restart(two.worker), Endpoint::SleepsOn::door);
  two.send(cast("mail"));
  two.w->set_suspended(true);
  CHECK(is_quiet(*two.w));
  two.w->collect();
  CHECK_FALSE(two.w->next());
  REQUIRE(two.w->park());
  two.w->unpark();
  two.w->set_suspended(false);
  CHECK_FALSE(two.w->park());
  CHECK(next_payload(*two.w) == "mail");
}

TEST_CASE("a suspended process hears of its links' ends, and of its monitors' when it is resumed") {
  Two two;
  const auto link = two.w->monitor(two.sender, MonitorFor::link);
  const auto monitor = two.w->monitor(two.sender);
  two.send(cast("one"));
  two.send(signal(Kind::exit, "last signal"));
  const bool is_suspended_late = GENERATE(false, true);
  two.w->set_suspended(!is_suspended_late);
  two.node.end(two.sender, RowState::restarting);
  two.w->set_suspended(true);
  CHECK(next_payload(*two.w) == "last signal");
  const Received* down = await(*two.w, 1s);
  REQUIRE(down);
  CHECK(down->kind == Kind::down);
  CHECK(down->ref == link);
  CHECK(is_quiet(*two.w));
  two.w->set_suspended(false);
  CHECK(next_payload(*two.w) == "one");
  down = await(*two.w, 1s);
  REQUIRE(down);
  CHECK(down->kind == Kind::down);
  CHECK(down->ref == monitor);
  CHECK(is_quiet(*two.w));
}

TEST_CASE("a down that was due before the suspension waits for its end") {
  Two two;
  two.node.end(two.sender, RowState::restarting);
  const auto nobody = two.w->monitor({700, 3});
  const auto linked_nobody = two.w->monitor({700, 3}, MonitorFor::link);
  two.w->set_suspended(true);
  const Received* down = await(*two.w, 1s);
  REQUIRE(down);
  CHECK(down->ref == linked_nobody);
  CHECK(is_quiet(*two.w));
  two.w->set_suspended(false);
  down = await(*two.w, 1s);
  REQUIRE(down);
  CHECK(down->ref == nobody);
}

TEST_CASE("a process that is gone is remembered while a suspended one keeps its messages") {
  Two two;
  two.send(cast("one"));
  two.send(signal(Kind::exit, "why"));
  two.w->set_suspended(true);
  CHECK(next_payload(*two.w) == "why");
  two.node.end(two.sender, RowState::gone);
  two.w->look_everywhere();
  CHECK(is_quiet(*two.w));
  two.w->look_everywhere();
  CHECK(is_quiet(*two.w));
  two.w->set_suspended(false);
  CHECK(next_payload(*two.w) == "one");
  CHECK(is_quiet(*two.w));
}

TEST_CASE("a suspended process hears of its requests, and calls") {
  Two two;
  const auto request = two.w->send_request(two.node.owner(two.sender), 1, "hello", no_patience);
  const Received* call = await(*two.s, 1s);
  REQUIRE(call);
  const Pid caller = call->from;
  const auto ref = call->ref;
  two.send(cast("one"));
  two.w->set_suspended(true);
  CHECK(is_quiet(*two.w));
  two.s->reply(caller, Kind::reply, ref, "the reply");
  const Received* answered = await(*two.w, 1s);
  REQUIRE(answered);
  CHECK(answered->kind == Kind::reply);
  CHECK(answered->ref == request);
  CHECK(is_quiet(*two.w));
  two.w->set_suspended(false);
  CHECK(next_payload(*two.w) == "one");
  CHECK(is_quiet(*two.w));  // it was told
  const auto outcome = two.w->check_response(request);
  REQUIRE(outcome.has_value());
  REQUIRE(outcome->has_value());
  CHECK(**outcome == "the reply");
}

TEST_CASE(
    "a request that ends while its owner is suspended is told, and not again when its reply is passed") {
  Two two;
  const auto request = two.w->send_request(two.node.owner(two.sender), 1, "hello", no_patience);
  two.send(cast("one"));
  two.w->set_suspended(true);
  two.node.end(two.sender, RowState::stopped);
  const Received* ended = await(*two.w, 1s);
  REQUIRE(ended);
  CHECK(ended->ref == request);
  two.w->set_suspended(false);
  CHECK(next_payload(*two.w) == "one");
  CHECK(is_quiet(*two.w));
}

TEST_CASE("a large signal beyond small and large messages is read in place, and lost to nobody") {
  Two two;
  const std::string large(200'000, 'm');
  const std::string state(300'000, 's');
  two.send(cast("one"));
  two.send(cast(large));
  two.send(signal(Kind::system, state));
  two.w->set_suspended(true);
  CHECK(next_payload(*two.w) == state);
  CHECK(is_quiet(*two.w));
  two.w->set_suspended(false);
  CHECK(next_payload(*two.w) == "one");
  CHECK(next_payload(*two.w) == large);
  CHECK(is_quiet(*two.w));
  // Room is given back: the arena takes more than it could hold at once.
  for (int i = 0; i < 20; ++i) {
    two.send(cast(std::string(8 * 1024 * 1024, 'x')));
    CHECK(next_payload(*two.w).size() == 8 * 1024 * 1024);
  }
}

// The turn that a down waits for is given to the sender while its receiver is suspended, and is interrupted
// by a signal of its next life, at which the receiver is resumed.
TEST_CASE("a turn that a suspended process has begun does not let a down overtake messages when it goes on") {
  Two two;
  const auto link = two.w->monitor(two.sender, MonitorFor::link);
  const auto monitor = two.w->monitor(two.sender);
  const std::string filler(10'000, 'f');
  for (int i = 0; i < 6; ++i) two.send(cast(filler));
  auto other = two.node.attach(two.node.add("other"));  // comes after the sender in turn
  two.w->set_suspended(true);
  two.node.end(two.sender, RowState::restarting);
  REQUIRE(other->send(two.worker, signal(Kind::exit, "between two turns"), no_patience));
  CHECK(next_payload(*two.w) == "between two turns");
  two.s = two.node.attach(two.node.start({two.sender.slot, two.sender.incarnation + 1}));
  two.send(signal(Kind::system, "resume"));
  CHECK(next_payload(*two.w) == "resume");
  two.w->set_suspended(false);
  for (int i = 0; i < 6; ++i) CHECK(next_payload(*two.w) == filler);
  const Received* down = await(*two.w, 1s);
  REQUIRE(down);
  CHECK(down->ref == link);
  down = await(*two.w, 1s);
  REQUIRE(down);
  CHECK(down->ref == monitor);
}

TEST_CASE("a ring that goes round in circles does not keep a suspended process") {
  const Kind kind = GENERATE(Kind::cast, Kind::link, Kind::reply);
  Two two;
  two.send(cast("hello"));
  const std::uint64_t commit = Commit{.length = 64, .kind = kind}.pack();
  std::string record(64, '\0');
  std::memcpy(record.data(), &commit, sizeof commit);
  std::string circle;
  while (circle.size() < ring_capacity) circle += record;
  auto fd = TestNode::must(two.node.files.open_file(
      NodeFiles::ring(two.node.owner(two.sender), two.node.owner(two.worker)), O_RDWR));
  two.w->set_suspended(true);
  REQUIRE(::pwrite(fd.get(), circle.data(), circle.size(), page_bytes) ==
          static_cast<ssize_t>(circle.size()));
  auto other = two.node.attach(two.node.add("other"));
  REQUIRE(other->send(two.worker, signal(Kind::exit, "heard"), no_patience));
  CHECK(next_payload(*two.w) == "heard");
}
