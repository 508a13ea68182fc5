// Payloads that are too large for a ring: whole, in order with the small ones, not overwritten while somebody
// looks at them, and nothing left behind by anybody's end.
#include "ipc/arena.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <thread>

#include "tests/support/mail.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/test_node.hpp"

using namespace std::chrono_literals;
using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::test::await;
using ninelives::test::cast;
using ninelives::test::OutOfFiles;
using ninelives::test::TestNode;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

std::string large(char letter, std::size_t bytes = mebibyte) { return std::string(bytes, letter); }

std::size_t arenas_of(const TestNode& node, const Pid& receiver) {
  std::size_t count = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(node.files.path() / NodeFiles::inbox(node.owner(receiver)))) {
    if (NodeFiles::parse_arena(file.path().filename().string())) ++count;
  }
  return count;
}

std::size_t memory_of_arena(const TestNode& node, const Pid& from, const Pid& to) {
  struct stat found{};
  const auto file = node.files.path() / NodeFiles::arena(node.owner(from), from.incarnation, node.owner(to));
  REQUIRE(::stat(file.c_str(), &found) == 0);
  return static_cast<std::size_t>(found.st_blocks) * 512;
}

}  // namespace

TEST_CASE("large and small messages arrive whole and in order") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const std::vector<std::string> sent{"one", large('2'), "three", large('4', inline_max + 1),
                                      large('5', inline_max)};
  for (const auto& payload : sent) REQUIRE(a->send(node.owner(bob), cast(payload), no_patience));
  for (const auto& payload : sent) {
    const Received* received = await(*b);
    REQUIRE(received);
    CHECK(received->payload == payload);
  }
  CHECK(arenas_of(node, bob) == 1);
}

TEST_CASE("a call and its reply may be large") {
  TestNode node;
  Pid client = node.add(""), server = node.add("server");
  auto c = node.attach(client);
  std::thread thread([&, s = node.attach(server)] {
    const Received* request = await(*s);
    if (request)
      s->reply(request->from, Kind::reply, request->ref,
               std::string(request->payload.rbegin(), request->payload.rend()));
  });
  auto reply = c->call(node.owner(server), 1, "head" + large('x'), 20s);
  thread.join();
  REQUIRE(reply);
  CHECK(reply->size() == mebibyte + 4);
  CHECK(reply->ends_with("daeh"));
}

TEST_CASE("a large payload stays what it is until the next message is asked for") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  REQUIRE(a->send(node.owner(bob), cast(large('1')), no_patience));
  const Received* received = await(*b);
  REQUIRE(received);
  std::size_t sent = 0;
  while (a->send(node.owner(bob), cast(large('2')), no_patience)) ++sent;
  CHECK(sent == arena_bytes / mebibyte - 1);
  CHECK(received->payload == large('1'));
  CHECK(await(*b)->payload == large('2'));
  CHECK(a->send(node.owner(bob), cast(large('3')), no_patience));
}

TEST_CASE("a large payload stays what it is during a call of its receiver to its sender") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto b = node.attach(bob);
  std::thread thread([&, a = node.attach(alice)] {
    CHECK(a->send(node.owner(bob), cast(large('1')), no_patience));
    const Received* request = await(*a);
    if (!request) return;
    a->reply(request->from, Kind::reply, request->ref, large('r'));
    CHECK(a->send(node.owner(bob), cast(large('2')), no_patience));
  });
  const Received* received = await(*b);
  REQUIRE(received);
  const auto reply = b->call(node.owner(alice), 1, "a question", 20s);
  thread.join();
  REQUIRE(reply);
  CHECK(*reply == large('r'));
  CHECK(received->payload == large('1'));
  CHECK(await(*b)->payload == large('2'));
}

TEST_CASE("what waits in an arena is limited, and the limit is lifted by taking") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const std::string largest = large('x', payload_max);
  REQUIRE(a->send(node.owner(bob), cast(largest), no_patience));
  REQUIRE(a->send(node.owner(bob), cast(largest), no_patience));
  auto refused = a->send(node.owner(bob), cast(large('y')), no_patience);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == SendError::Kind::mailbox_full);
  REQUIRE(a->send(node.owner(bob), cast("small ones go"), no_patience));
  REQUIRE(await(*b));
  REQUIRE(await(*b));
  CHECK(a->send(node.owner(bob), cast(large('y')), no_patience));
}

TEST_CASE("a sender that waits for room in an arena is woken when a payload is let go of") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto b = node.attach(bob);
  std::thread thread([&, a = node.attach(alice)] {
    for (int i = 0; i < 5; ++i) CHECK(a->send(node.owner(bob), cast(large('x', payload_max)), 20s));
  });
  for (int i = 0; i < 5; ++i) {
    const Received* received = await(*b);
    REQUIRE(received);
    CHECK(received->payload.size() == payload_max);
  }
  CHECK_FALSE(b->next());
  thread.join();
}

TEST_CASE("an arena that was large once gives its memory back") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  REQUIRE(a->send(node.owner(bob), cast(large('x', payload_max)), no_patience));
  CHECK(memory_of_arena(node, alice, bob) >= payload_max);
  REQUIRE(await(*b));
  CHECK_FALSE(b->next());
  REQUIRE(a->send(node.owner(bob), cast(large('y')), no_patience));
  CHECK(memory_of_arena(node, alice, bob) <= 4 * mebibyte);
  CHECK(await(*b)->payload == large('y'));
}

TEST_CASE("an arena is a queue of parts, whatever their lengths, and no two of them overlap") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto arena = ArenaWriter::make(node.files, {node.owner(alice), 1}, node.owner(bob)).value();
  std::deque<ArenaPart> parts;
  std::uint64_t first = 0, next = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 3 != 0) {
      const auto part = arena.find_room(1 + random() % (random() % 8 == 0 ? payload_max : mebibyte));
      if (!part) continue;
      REQUIRE(part->offset + part->bytes <= arena_bytes);
      for (const ArenaPart& other : parts) {
        REQUIRE((part->offset + part->bytes <= other.offset || other.offset + other.bytes <= part->offset));
      }
      arena.commit(*part, next++);
      parts.push_back(*part);
    } else if (!parts.empty()) {
      parts.pop_front();
      arena.released(++first);
    }
  }
}

TEST_CASE("an arena of a life that is over goes when all of it was let go of") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto b = node.attach(bob);
  REQUIRE(node.attach(alice)->send(node.owner(bob), cast(large('1')), no_patience));
  auto next_life = node.attach(node.restart(alice));
  REQUIRE(next_life->send(node.owner(bob), cast(large('2')), no_patience));
  CHECK(arenas_of(node, bob) == 2);
  REQUIRE(await(*b)->payload == large('1'));
  REQUIRE(await(*b)->payload == large('2'));
  REQUIRE(next_life->send(node.owner(bob), cast(large('3')), no_patience));
  CHECK(arenas_of(node, bob) == 1);
  CHECK(await(*b)->payload == large('3'));
}

TEST_CASE("an arena of a life that is over goes although its last message was a small one") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto b = node.attach(bob);
  {
    auto a = node.attach(alice);
    for (const auto& payload : {large('1'), std::string("small")})
      REQUIRE(a->send(node.owner(bob), cast(payload), no_patience));
  }
  while (await(*b, 0s)) continue;
  auto next_life = node.attach(node.restart(alice));
  REQUIRE(next_life->send(node.owner(bob), cast("again"), no_patience));
  CHECK(arenas_of(node, bob) == 0);
}

TEST_CASE("an arena of a life that ended before its first record goes") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  const auto throws = [](const void*, std::span<char>) { throw std::runtime_error("not today"); };
  CHECK_THROWS(
      node.attach(alice)->send(node.owner(bob), cast(Payload(mebibyte, nullptr, throws)), no_patience));
  CHECK(arenas_of(node, bob) == 1);
  auto next_life = node.attach(node.restart(alice));
  REQUIRE(next_life->send(node.owner(bob), cast("small"), no_patience));
  CHECK(arenas_of(node, bob) == 0);
}

TEST_CASE("a ring that replaces a refused one has an arena of its own, also in the same life") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto b = node.attach(bob);
  REQUIRE(node.attach(alice)->send(node.owner(bob), cast("the first ring"), no_patience));
  auto a = node.attach(node.restart(alice));
  REQUIRE(a->send(node.owner(bob), cast(large('1')), no_patience));
  REQUIRE(await(*b));
  REQUIRE(await(*b)->payload == large('1'));
  const auto sent = a->send(node.owner(bob), cast("to be scribbled over"), no_patience);
  REQUIRE(sent);
  auto fd = node.files.open_file(NodeFiles::ring(node.owner(alice), node.owner(bob)), O_RDWR).value();
  const auto place = static_cast<off_t>(page_bytes + sent->position);
  REQUIRE(::pwrite(fd.get(), "garbage!", 8, place) == 8);
  REQUIRE_FALSE(b->next());
  REQUIRE(b->status().closed_rings == 1);
  REQUIRE(a->send(node.owner(bob), cast(large('2')), no_patience));
  const Received* received = await(*b);
  REQUIRE(received);
  CHECK((received->payload == large('2')));
}

TEST_CASE("what a life was looking at when it was killed is free again, and handled by nobody") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  for (char letter : {'1', '2'})
    REQUIRE(a->send(node.owner(bob), cast(large(letter, payload_max)), no_patience));
  {
    auto b = node.attach(bob);
    REQUIRE(await(*b));
  }
  CHECK_FALSE(a->send(node.owner(bob), cast(large('3')), no_patience));
  auto next_life = node.attach(node.restart(bob));
  CHECK(await(*next_life)->payload[0] == '2');
  CHECK(a->send(node.owner(bob), cast(large('3')), no_patience));
  CHECK(await(*next_life)->payload == large('3'));
}

TEST_CASE("a record of a part that is not there is one lost message, and not a ring that makes no sense") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const auto sent = a->send(node.owner(bob), cast(large('1')), no_patience);
  REQUIRE(sent);
  const auto nonsense = GENERATE(ArenaPart{0, arena_bytes + 1}, ArenaPart{arena_bytes - 8, 64},
                                 ArenaPart{~0ULL, 2}, ArenaPart{0, payload_max + 1});
  auto fd = node.files.open_file(NodeFiles::ring(node.owner(alice), node.owner(bob)), O_RDWR).value();
  const auto place = static_cast<off_t>(page_bytes + sent->position + sizeof(RecordHeader));
  REQUIRE(::pwrite(fd.get(), &nonsense, sizeof nonsense, place) == sizeof nonsense);
  REQUIRE(a->send(node.owner(bob), cast("next"), no_patience));
  const Received* next = await(*b);
  REQUIRE(next);
  CHECK(next->payload == "next");
  CHECK(b->status().closed_rings == 0);
}

TEST_CASE("a record whose arena is gone is one lost message") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  REQUIRE(a->send(node.owner(bob), cast(large('1')), no_patience));
  remove_arenas(node.files, node.owner(alice), node.owner(bob), 0);
  REQUIRE(a->send(node.owner(bob), cast("next"), no_patience));
  CHECK(await(*b)->payload == "next");
}

TEST_CASE("a large message that cannot be opened for want of files is taken later, and not lost") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  REQUIRE(a->send(node.owner(bob), cast("small"), no_patience));
  REQUIRE(await(*b));
  REQUIRE(a->send(node.owner(bob), cast(large('1')), no_patience));
  bool nothing = true;  // checked later: the sanitizers need files for a check
  {
    OutOfFiles out_of_files;
    nothing = nothing && !b->next();
    b->wait(Clock::now());
    nothing = nothing && !b->next();
  }
  CHECK(nothing);
  const Received* message = await(*b);
  REQUIRE(message);
  CHECK(message->payload == large('1'));
}

TEST_CASE("a slot's new owner has an arena of its own") {
  TestNode node;
  Pid sender = node.add("sender"), bob = node.add("bob");
  auto b = node.attach(bob);
  REQUIRE(node.attach(sender)->send(node.owner(bob), cast(large('0')), no_patience));
  REQUIRE(await(*b)->payload == large('0'));
  REQUIRE_FALSE(b->next());
  Pid new_owner = node.reuse(sender, "sender", RowType::worker);
  REQUIRE(node.attach(new_owner)->send(node.owner(bob), cast(large('1')), no_patience));
  const Received* message = await(*b);
  REQUIRE(message);
  CHECK(message->payload == large('1'));
}

TEST_CASE("what was sent to a slot's new owner stays whole when the former one is forgotten") {
  TestNode node;
  Pid first = node.add("first"), sender = node.add("sender");
  const bool is_first_life = GENERATE(true, false);
  if (!is_first_life) sender = node.restart(sender);
  auto s = node.attach(sender);
  REQUIRE(node.attach(first)->send(node.owner(sender), cast("I am here"), no_patience));
  REQUIRE(await(*s));
  const Pid second = node.reuse(first, "second", RowType::worker);
  REQUIRE(s->send(node.owner(second), cast(large('1')), no_patience));
  REQUIRE_FALSE(s->next());
  CHECK((s->status().out[second.slot / 64].load() >> (second.slot % 64) & 1) == 1);
  REQUIRE(s->send(node.owner(second), cast(large('2')), no_patience));
  auto receiver = node.attach(second);
  for (char letter : {'1', '2'}) {
    const Received* received = await(*receiver);
    REQUIRE(received);
    CHECK((received->payload == large(letter)));
  }
}

TEST_CASE("a message that cannot be written is not sent") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const auto throws = [](const void*, std::span<char>) { throw std::runtime_error("not today"); };
  const std::size_t bytes = GENERATE(std::size_t{100}, mebibyte);
  CHECK_THROWS(a->send(node.owner(bob), cast(Payload(bytes, nullptr, throws)), no_patience));
  REQUIRE(a->send(node.owner(bob), cast(large('2')), no_patience));
  CHECK(await(*b)->payload == large('2'));
}
