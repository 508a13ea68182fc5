// Payloads that are too large for a ring: whole, in order with the small ones, and nothing left behind by
// anybody's end.
#include "ipc/blob.hpp"

#include <catch2/catch.hpp>
#include <thread>

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

constexpr std::size_t mebibyte = 1024 * 1024;

std::string large(char letter, std::size_t bytes = mebibyte) { return std::string(bytes, letter); }

std::size_t blobs_of(const TestNode& node, const Pid& receiver) {
  std::size_t count = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(node.files.path() / NodeFiles::inbox(node.owner(receiver)))) {
    if (NodeFiles::parse_blob(file.path().filename().string())) ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("large and small messages arrive whole and in order, and leave no file") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const std::vector<std::string> sent{"one", large('2'), "three", large('4', inline_max + 1),
                                      large('5', inline_max)};
  for (const auto& payload : sent) REQUIRE(a->send(node.owner(bob), cast(payload), no_patience));
  CHECK(blobs_of(node, bob) == 2);
  for (const auto& payload : sent) {
    const Received* received = await(*b);
    REQUIRE(received);
    CHECK(received->payload == payload);
  }
  CHECK(blobs_of(node, bob) == 0);
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
  CHECK(blobs_of(node, client) == 0);
}

TEST_CASE("what waits in blobs is limited, and the limit is lifted by taking") {
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
  CHECK(a->send(node.owner(bob), cast(large('y')), no_patience));
}

TEST_CASE("a blob that its sender was killed before committing is removed by its next life") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto b = node.attach(bob);
  std::uint64_t position = 0;
  {
    auto a = node.attach(alice);
    position = a->send(node.owner(bob), cast(large('1')), no_patience)->position;
    TestNode::must(write_blob(node.files, {node.owner(alice), position + 4096}, node.owner(bob), large('2')));
  }
  auto next_life = node.attach(node.restart(alice));
  REQUIRE(next_life->send(node.owner(bob), cast("small"), no_patience));
  CHECK(blobs_of(node, bob) == 1);
  REQUIRE(await(*b)->payload == large('1'));
  CHECK(await(*b)->payload == "small");
}

TEST_CASE("a blob whose receiver was killed after it had moved its cursor is removed by its next life") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice);
  std::uint64_t position = 0;
  {
    auto b = node.attach(bob);
    position = a->send(node.owner(bob), cast(large('1')), no_patience)->position;
    REQUIRE(await(*b));
  }
  TestNode::must(write_blob(node.files, {node.owner(alice), position}, node.owner(bob), large('1')));
  REQUIRE(a->send(node.owner(bob), cast(large('2')), no_patience));
  auto next_life = node.attach(node.restart(bob));
  CHECK(blobs_of(node, bob) == 1);
  CHECK(await(*next_life)->payload == large('2'));
  CHECK(blobs_of(node, bob) == 0);
}

TEST_CASE("a record without its blob is one lost message, and not a ring that makes no sense") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  const auto sent = a->send(node.owner(bob), cast(large('1')), no_patience);
  REQUIRE(sent);
  remove_blob(node.files, {node.owner(alice), sent->position}, node.owner(bob));
  REQUIRE(a->send(node.owner(bob), cast("next"), no_patience));
  const Received* next = await(*b);
  REQUIRE(next);
  CHECK(next->payload == "next");
  CHECK(b->status().closed_rings == 0);
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

TEST_CASE("the first blob of a slot's new owner is not taken for one that was read long ago") {
  TestNode node;
  Pid sender = node.add("sender"), bob = node.add("bob");
  {
    auto s = node.attach(sender);
    auto b = node.attach(bob);
    for (int i = 0; i < 20; ++i)
      REQUIRE(s->send(node.owner(bob), cast("so that the cursor moves"), no_patience));
    while (b->next()) {
    }
  }
  Pid new_owner = node.reuse(sender, "sender", RowType::worker);
  REQUIRE(node.attach(new_owner)->send(node.owner(bob), cast(large('1')), no_patience));
  auto next_life = node.attach(node.restart(bob));
  const Received* message = await(*next_life);
  REQUIRE(message);
  CHECK(message->payload == large('1'));
}
