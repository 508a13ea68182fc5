// What the owner of a mailbox says of itself, and what others read of it.
#include "ipc/activity.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include <ninelives/ipc/name.hpp>

#include "ipc/deadline.hpp"
#include "tests/support/mail.hpp"
#include "tests/support/test_node.hpp"

using namespace std::chrono_literals;
using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::test::await;
using ninelives::test::cast;
using ninelives::test::TestNode;

TEST_CASE("whoever looks sees the callback, its message and since when") {
  auto status = std::make_unique<Status>();
  CHECK(read_activity(*status).callback == Callback::none);
  const auto before = Clock::now().time_since_epoch();
  begin_callback(*status, Callback::handle_call, 17);
  const Activity seen = read_activity(*status);
  CHECK(seen.callback == Callback::handle_call);
  CHECK(seen.message == 17);
  CHECK(seen.since > before - 1s);  // its clock may tick ten times a second
  CHECK(seen.since <= Clock::now().time_since_epoch());
  end_callback(*status);
  CHECK(read_activity(*status).callback == Callback::none);
}

TEST_CASE("a message is called by the name that its owner has left") {
  auto status = std::make_unique<Status>();
  store_words(*status, "get put put_if_absent");
  for (const std::string_view name : {"get", "put", "put_if_absent"}) {
    CHECK(message_name(*status, name_hash(name)) == name);
  }
  CHECK(message_name(*status, name_hash("delete")).empty());
  CHECK(message_name(*status, 0).empty());
  store_words(*status, std::string(3000, 'x') + " get");
  CHECK(message_name(*status, name_hash("get")).empty());
}

TEST_CASE("every callback has its name, and what is none has one, too") {
  CHECK(to_string(Callback::handle_continue) == "handle_continue");
  CHECK(to_string(static_cast<Callback>(200)) == "none");
}

TEST_CASE("messages in and out are counted, and signals are not") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  auto a = node.attach(alice), b = node.attach(bob);
  for (int i = 0; i < 3; ++i) REQUIRE(a->send(bob, cast("hello"), no_patience));
  REQUIRE(a->send(bob, {.kind = Kind::call, .ref = 1}, no_patience));
  REQUIRE(a->send(bob, {.kind = Kind::link}, no_patience));
  while (const Received* received = await(*b, 1s)) {
    if (received->kind == Kind::call) b->reply(received->from, Kind::reply, received->ref, "yes");
    if (received->kind == Kind::link) break;
  }
  CHECK(read_activity(a->status()).messages_out == 4);
  CHECK(read_activity(b->status()).messages_in == 4);
  CHECK(read_activity(b->status()).messages_out == 1);
}

TEST_CASE("nothing that a life was doing is left when its next one attaches") {
  TestNode node;
  Pid alice = node.add("alice"), bob = node.add("bob");
  {
    auto a = node.attach(alice);
    store_words(a->status(), "get put");
    begin_callback(a->status(), Callback::handle_call, name_hash("get"));
    REQUIRE(a->send(node.owner(bob), cast("hello"), no_patience));
    CHECK(read_activity(a->status()).life == alice.incarnation);
  }
  Pid next_life = node.restart(alice);
  auto a = node.attach(next_life);
  const Activity seen = read_activity(a->status());
  CHECK(seen.life == next_life.incarnation);
  CHECK(seen.callback == Callback::none);
  CHECK(seen.messages_out == 0);
  CHECK(message_name(a->status(), name_hash("get")).empty());
}
