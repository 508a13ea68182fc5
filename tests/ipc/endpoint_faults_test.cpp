// What an endpoint does when somebody or something else fails: peers that die, scribble or never listen,
// slots that change their owner, a process that is out of files.
#include <atomic>
#include <catch2/catch.hpp>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <thread>
#include <time.h>
#include <unistd.h>

#include "tests/support/mail.hpp"
#include "tests/support/test_node.hpp"

using namespace std::chrono_literals;
using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::test::await;
using ninelives::test::cast;
using ninelives::test::OutOfFiles;
using ninelives::test::TestNode;

namespace {

void scribble(TestNode& node, const Pid& from, const Pid& to, std::string_view bytes, std::size_t at = 0) {
  auto fd = TestNode::must(node.files.open_file(NodeFiles::ring(node.owner(from), node.owner(to)), O_RDWR));
  REQUIRE(::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(page_bytes + at)) ==
          static_cast<ssize_t>(bytes.size()));
}

// A ring without an end: its reader has a record to take for ever.
std::string circle_of(Kind kind) {
  constexpr std::uint32_t length = 64;
  const std::uint64_t commit = Commit{length, kind}.pack();
  std::string record(length, '\0');
  std::memcpy(record.data(), &commit, sizeof commit);
  std::string circle;
  while (circle.size() < ring_capacity) circle += record;
  return circle;
}

void answer_all(Endpoint& endpoint, std::string_view reply) {
  while (const Received* received = endpoint.next()) {
    if (received->kind == Kind::call) endpoint.reply(received->from, Kind::reply, received->ref, reply);
  }
}

// Answers every call until the test is over with it.
class Server {
 public:
  Server(std::unique_ptr<Endpoint> endpoint, std::string reply)
      : thread_([this, endpoint = std::move(endpoint), reply = std::move(reply)] {
          while (!over_) {
            answer_all(*endpoint, reply);
            endpoint->wait(deadline_after(10ms));
          }
        }) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    over_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> over_{false};
  std::thread thread_;
};

std::size_t mappings() {
  std::ifstream maps("/proc/self/maps");
  std::size_t lines = 0;
  for (std::string line; std::getline(maps, line);) ++lines;
  return lines;
}

double thread_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

}  // namespace

TEST_CASE("a down reaches a monitor that sleeps, though nothing else happens") {
  TestNode node;
  Pid watcher = node.add("watcher"), victim = node.add("victim");
  auto w = node.attach(watcher);
  const auto ref = w->monitor(victim);
  while (w->next()) {
  }
  std::thread killer([&] { node.end(victim, RowState::restarting); });
  const Received* down = await(*w);
  killer.join();
  REQUIRE(down);
  CHECK(down->kind == Kind::down);
  CHECK(down->ref == ref);
}

TEST_CASE("a monitor of nobody hears noproc at once") {
  TestNode node;
  auto w = node.attach(node.add("watcher"));
  auto pid = GENERATE(Pid{700, 3}, Pid{slots_max + 7, 1});
  w->monitor(pid);
  const Received* down = await(*w, 1s);
  REQUIRE(down);
  CHECK(down->reason == ExitReason::noproc());
}

TEST_CASE("the end of a program is told to those who monitor it") {
  TestNode node;
  Pid watcher = node.add("watcher"), program = node.add("program", RowType::program);
  auto w = node.attach(watcher);
  w->monitor(program);
  while (w->next()) {
  }
  node.end(program, RowState::restarting);
  const Received* down = await(*w);
  REQUIRE(down);
  CHECK(down->kind == Kind::down);
}

TEST_CASE("what was demonitored holds on to nothing of a peer that is gone") {
  TestNode node;
  auto w = node.attach(node.add("watcher"));
  std::size_t first = 0;
  for (int round = 0; round < 20; ++round) {
    Pid guest = node.add("", RowType::guest);
    REQUIRE(node.attach(guest)->send(node.owner(w->self()), cast("hello"), no_patience));
    REQUIRE(await(*w));
    const auto ref = w->monitor(guest);
    while (w->next()) {
    }
    w->demonitor(ref);
    node.end(guest, RowState::gone);
    w->look_everywhere();
    CHECK_FALSE(w->next());
    if (round == 0) first = mappings();
  }
  CHECK(mappings() <= first + 2 * 20);  // the test's own view of each box, and nothing of the watcher's
}

TEST_CASE("the first word of the supervisor overtakes what waits") {
  TestNode node;
  Pid sender = node.add("sender"), worker = node.add("worker");
  auto root = node.attach(node.root), s = node.attach(sender), w = node.attach(worker);
  for (int i = 0; i < 100; ++i) REQUIRE(s->send(node.owner(worker), cast("work"), no_patience));
  REQUIRE(w->next());
  REQUIRE(root->send(node.owner(worker), {.kind = Kind::stop}, no_patience));
  const Received* next = w->next();
  REQUIRE(next);
  CHECK(next->kind == Kind::stop);
}

TEST_CASE("a stop from anybody but the supervisor is not obeyed") {
  TestNode node;
  Pid stranger = node.add("stranger"), worker = node.add("worker");
  auto s = node.attach(stranger), w = node.attach(worker);
  REQUIRE(s->send(node.owner(worker), {.kind = Kind::stop}, no_patience));
  CHECK_FALSE(w->next());
}

TEST_CASE("a stray pointer that changes what a record is makes no signal of it") {
  const Kind kind = GENERATE(Kind::ready, Kind::stop, Kind::link, Kind::unlink, Kind::unlink_ack, Kind::exit,
                             Kind::forward);
  TestNode node;
  Pid worker = node.add("worker");
  auto root = node.attach(node.root), w = node.attach(worker);
  REQUIRE(
      root->send(node.owner(worker), {.kind = Kind::info, .message = 17, .payload = "fine"}, no_patience));
  scribble(node, node.root, worker, std::string(1, static_cast<char>(kind)), sizeof(std::uint32_t));
  CHECK_FALSE(w->next());
}

TEST_CASE("a commit word without a length is nonsense, and does not keep the reader") {
  TestNode node;
  Pid sender = node.add("sender"), worker = node.add("worker");
  auto s = node.attach(sender), w = node.attach(worker);
  REQUIRE(s->send(node.owner(worker), cast("fine"), no_patience));
  REQUIRE(w->next());
  const std::uint64_t word = std::uint64_t{1} << 32;
  scribble(node, sender, worker, {reinterpret_cast<const char*>(&word), sizeof word}, record_bytes(4));
  CHECK_FALSE(w->next());
  CHECK(w->status().closed_rings == 1);
}

TEST_CASE(
    "records for nobody that go round in circles keep their reader neither from others nor from its caller") {
  TestNode node;
  Pid vandal = node.add("vandal"), other = node.add("other"), worker = node.add("worker");
  auto v = node.attach(vandal), o = node.attach(other);
  auto w = node.attach(worker, Endpoint::SleepsOn::door);
  REQUIRE(v->send(node.owner(worker), cast("hello"), no_patience));
  scribble(node, vandal, worker, circle_of(Kind::ready));
  CHECK_FALSE(w->next());  // it returns
  CHECK_FALSE(w->park());
  REQUIRE(o->send(node.owner(worker), cast("heard"), no_patience));
  const Received* heard = await(*w);
  REQUIRE(heard);
  CHECK(heard->payload == "heard");
}

TEST_CASE("a call ends, though the ring of the server goes round in circles") {
  const Kind kind = GENERATE(Kind::ready, Kind::reply);
  TestNode node;
  Pid vandal = node.add("vandal"), client = node.add("client");
  auto v = node.attach(vandal), c = node.attach(client);
  REQUIRE(v->send(node.owner(client), cast("hello"), no_patience));
  scribble(node, vandal, client, circle_of(kind));
  CHECK_FALSE(c->call(node.owner(vandal), 1, "well?", 10ms));
}

TEST_CASE("the next life of a process that scribbled over its ring is heard again") {
  const bool header_too = GENERATE(false, true);
  TestNode node;
  Pid scribbler = node.add("scribbler"), worker = node.add("worker");
  auto w = node.attach(worker);
  REQUIRE(node.attach(scribbler)->send(node.owner(worker), cast("fine"), no_patience));
  REQUIRE(w->next());
  scribble(node, scribbler, worker, std::string(page_bytes, '\x5a'));
  CHECK_FALSE(w->next());
  if (header_too) {
    auto fd = TestNode::must(
        node.files.open_file(NodeFiles::ring(node.owner(scribbler), node.owner(worker)), O_RDWR));
    REQUIRE(::pwrite(fd.get(), "garbage!", 8, 0) == 8);
  }
  auto next_life = node.attach(node.restart(scribbler));
  REQUIRE(next_life->send(node.owner(worker), cast("sorry"), no_patience));
  const Received* heard = await(*w);
  REQUIRE(heard);
  CHECK(heard->payload == "sorry");
}

TEST_CASE("a message is found though its bit is lost among those of slots that there are not") {
  TestNode node;
  Pid sender = node.add("sender"), other = node.add("other"), worker = node.add("worker");
  auto s = node.attach(sender), o = node.attach(other), w = node.attach(worker);
  REQUIRE(o->send(node.owner(worker), cast("last"), no_patience));
  REQUIRE(await(*w));  // it is the other's ring that is polled
  auto box = TestNode::must(BoxView::open(node.files, node.owner(worker)));
  REQUIRE(s->send(node.owner(worker), cast("hello"), no_patience));
  for (auto& leaf : box.bell().leaves) leaf.store(0);
  set_bit(box.bell(), slots_max - 1);
  const Received* heard = w->next();
  REQUIRE(heard);
  CHECK(heard->payload == "hello");
}

TEST_CASE("a caller that let many replies come too late gets the next one") {
  TestNode node;
  Pid client = node.add(""), server = node.add("server");
  auto c = node.attach(client), s = node.attach(server);
  const std::string large(1000, 'r');
  for (int i = 0; i < 300; ++i) CHECK_FALSE(c->call(node.owner(server), 1, "too soon", no_patience));
  answer_all(*s, large);  // some fit, the others wait for room
  Server running(std::move(s), large);
  auto reply = c->call(node.owner(server), 1, "in time", 10s);
  CHECK(reply);
}

TEST_CASE("replies that wait for a slot's former owner are not for the next one") {
  TestNode node;
  Pid client = node.add("", RowType::guest), server = node.add("server");
  auto s = node.attach(server);
  {
    auto c = node.attach(client, Endpoint::SleepsOn::door);
    for (int i = 0; i < 10; ++i) CHECK_FALSE(c->call(node.owner(server), 1, "too soon", no_patience));
  }
  answer_all(*s, std::string(16'000, 'r'));
  Pid next_owner = node.reuse(client, "", RowType::guest);
  s->monitor(next_owner);
  CHECK_FALSE(s->next());
  auto c = node.attach(next_owner, Endpoint::SleepsOn::door);
  Server running(std::move(s), "mine");
  auto reply = c->call(node.owner(server), 1, "hello", 10s);
  REQUIRE(reply);
  CHECK(*reply == "mine");
}

TEST_CASE("a call to the new owner of a slot is answered, though the former one was met") {
  TestNode node;
  Pid client = node.add(""), server = node.add("server");
  auto c = node.attach(client);
  {
    Server running(node.attach(server), "former");
    for (int i = 0; i < 10; ++i) REQUIRE(c->call(node.owner(server), 1, "x", 10s));
  }
  Pid next_owner = node.reuse(server, "server", RowType::worker);
  Server running(node.attach(next_owner), "new");
  auto reply = c->call(node.owner(next_owner), 1, "x", 10s);
  REQUIRE(reply);
  CHECK(*reply == "new");
}

TEST_CASE("a nested call does not burn the processor because of other people's mail") {
  TestNode node;
  Pid caller = node.add("caller"), deaf = node.add("deaf"), other = node.add("other");
  auto c = node.attach(caller), d = node.attach(deaf), o = node.attach(other);
  while (c->next()) {
  }
  REQUIRE(o->send(node.owner(caller), cast("mail"), no_patience));
  const double before = thread_seconds();
  CHECK_FALSE(c->call(node.owner(deaf), 1, "x", 1s));
  CHECK(thread_seconds() - before < 0.3);  // of processor, not of time
  const Received* mail = await(*c);
  REQUIRE(mail);
  CHECK(mail->payload == "mail");
}

TEST_CASE("a ring that could not be opened for want of files is tried again") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  REQUIRE(a->send(node.owner(bob), cast("patience"), no_patience));
  bool nothing = true;  // checked later: the sanitizers need files for a check
  {
    OutOfFiles out_of_files;
    nothing = nothing && !b->next();
    b->look_everywhere();
    nothing = nothing && !b->next();
  }
  CHECK(nothing);
  const Received* message = await(*b);
  REQUIRE(message);
  CHECK(message->payload == "patience");
}

// The caller is in the same process here and may be out of files itself when it looks for the reply: then it
// says so. It must not wait for a reply that nobody sends any more.
TEST_CASE("a reply that could not be sent for want of files is sent later") {
  TestNode node;
  Pid client = node.add(""), server = node.add("server");
  auto c = node.attach(client), s = node.attach(server);
  std::atomic<bool> ended{false};
  bool waited_in_vain = false;
  std::thread caller([&] {
    const auto outcome = c->call(node.owner(server), 1, "x", 10s);
    waited_in_vain = !outcome && outcome.error().kind != CallError::Kind::no_space;
    ended = true;
  });
  const Received* request = await(*s);
  REQUIRE(request);
  {
    OutOfFiles out_of_files;
    s->reply(request->from, Kind::reply, request->ref, "late, but there");
  }
  while (!ended) {
    while (s->next()) {
    }
    s->wait(deadline_after(10ms));
  }
  caller.join();
  CHECK_FALSE(waited_in_vain);
}

TEST_CASE("a down comes after the last message, also when files ran out meanwhile") {
  TestNode node;
  Pid watcher = node.add("watcher"), victim = node.add("victim");
  auto w = node.attach(watcher);
  w->monitor(victim);
  while (w->next()) {
  }
  REQUIRE(node.attach(victim)->send(node.owner(watcher), cast("last words"), no_patience));
  node.end(victim, RowState::restarting);
  bool nothing = true;  // checked later: the sanitizers need files for a check
  {
    OutOfFiles out_of_files;
    for (int i = 0; i < 3; ++i) nothing = nothing && !w->next();
  }
  CHECK(nothing);
  const Received* words = await(*w);
  REQUIRE(words);
  CHECK(words->kind == Kind::cast);
  const Received* down = await(*w);
  REQUIRE(down);
  CHECK(down->kind == Kind::down);
}

TEST_CASE("a call to a server that is being restarted ends at its time-out, and sleeps until then") {
  TestNode node;
  Pid client = node.add(""), server = node.add("server");
  auto c = node.attach(client);
  REQUIRE(c->send(node.owner(server), cast("so that it is watched"), no_patience));
  node.end(server, RowState::restarting);
  const double before = thread_seconds();
  auto outcome = c->call(node.owner(server), 1, "x", 500ms);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == CallError::Kind::timeout);
  CHECK(thread_seconds() - before < 0.2);  // of processor, not of time
}

TEST_CASE("each of two monitored lives is told of once, the older one first") {
  TestNode node;
  Pid watcher = node.add("watcher"), victim = node.add("victim");
  auto w = node.attach(watcher);
  const auto first = w->monitor(victim);
  Pid next_life = node.restart(victim);
  const auto second = w->monitor(next_life);
  const Received* down = await(*w);
  REQUIRE(down);
  CHECK(down->ref == first);
  CHECK_FALSE(w->next());
  node.end(next_life, RowState::gone);
  down = await(*w);
  REQUIRE(down);
  CHECK(down->ref == second);
  CHECK_FALSE(w->next());
}

TEST_CASE("an innocent life is not refused for what an earlier one wrote, even if that is found out late") {
  TestNode node;
  Pid scribbler = node.add("scribbler"), worker = node.add("worker");
  auto w = node.attach(worker);
  {
    auto s = node.attach(scribbler);
    REQUIRE(s->send(node.owner(worker), cast("fine"), no_patience));
    REQUIRE(s->send(node.owner(worker), cast("not taken yet"), no_patience));
  }
  REQUIRE(w->next());
  scribble(node, scribbler, worker, "garbage!", record_bytes(4));
  auto innocent = node.attach(node.restart(scribbler));
  REQUIRE(innocent->send(node.owner(worker), cast("into the garbage"), no_patience));
  while (w->next()) {
  }
  CHECK(w->status().closed_rings == 1);
  const std::string large(inline_max, 'x');
  std::expected<Sent, SendError> sent;
  for (int i = 0; i < 10; ++i) {
    sent = innocent->send(node.owner(worker), cast(large), no_patience);
    if (!sent) FAIL(sent.error().text);
    w->wait(Clock::now());
    while (w->next()) {
    }
  }
  REQUIRE(innocent->send(node.owner(worker), cast("heard"), no_patience));
  const Received* heard = await(*w);
  while (heard && heard->payload != "heard") heard = await(*w);
  CHECK(heard);
}
