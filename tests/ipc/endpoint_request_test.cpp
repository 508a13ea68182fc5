// Requests: calls whose outcome is taken later, or told by next().
#include <array>
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

// One that calls and two that are called, in one thread.
struct Three {
  TestNode node;
  Pid client = node.add("client"), server = node.add("server"), other = node.add("other");
  std::unique_ptr<Endpoint> c = node.attach(client), s = node.attach(server), o = node.attach(other);

  std::uint64_t request(std::string_view payload, Kind kind = Kind::call) {
    return c->send_request(node.owner(server), 1, payload, no_patience, kind);
  }
  std::uint64_t request_of_other(std::string_view payload) {
    return c->send_request(node.owner(other), 1, payload, no_patience);
  }
};

struct Asked {
  Pid from;
  std::uint64_t ref = 0;
};

Asked take_call(Endpoint& server) {
  const Received* call = await(server);
  REQUIRE(call);
  return {call->from, call->ref};
}

void answer_next(Endpoint& server, std::string_view reply) {
  const Asked asked = take_call(server);
  server.reply(asked.from, Kind::reply, asked.ref, reply);
}

// In words: the reply, or what kind of error.
std::string told(const std::optional<Outcome>& outcome) {
  if (!outcome) return "nothing yet";
  return *outcome ? std::string(**outcome) : std::string(to_string(outcome->error().kind));
}

bool is_notice(const Received* received, std::uint64_t request) {
  return received && received->kind == Kind::reply && received->ref == request;
}

}  // namespace

TEST_CASE("the reply to a request may come before or after somebody waits for it") {
  Three three;
  const auto request = three.request("hello");
  CHECK(request != 0);
  CHECK(told(three.c->check_response(request)) == "nothing yet");
  CHECK(told(three.c->wait_response(request, 1ms)) == "nothing yet");
  SECTION("before") {
    answer_next(*three.s, "here");
    CHECK(told(three.c->wait_response(request, for_ever)) == "here");
  }
  SECTION("before, and it is only checked") {
    answer_next(*three.s, "here");
    CHECK(told(three.c->check_response(request)) == "here");
  }
  SECTION("after") {
    std::thread server([&] { answer_next(*three.s, "here"); });
    CHECK(told(three.c->wait_response(request, for_ever)) == "here");
    server.join();
  }
  CHECK(told(three.c->wait_response(request, for_ever)) == "noproc");  // it was taken
}

TEST_CASE("requests to one server are answered in any order, small and large replies") {
  Three three;
  constexpr std::size_t count = 20;
  std::array<std::uint64_t, count> requests{};
  std::array<Asked, count> asked{};
  for (std::size_t i = 0; i < count; ++i) requests[i] = three.request(std::to_string(i));
  for (Asked& call : asked) call = take_call(*three.s);
  const auto reply_to = [](std::size_t i) { return std::to_string(i) + std::string(i % 4 * 9'000, 'r'); };
  for (std::size_t i = count; i-- > 0;) {
    three.s->reply(asked[i].from, Kind::reply, asked[i].ref, reply_to(i));
    if (i == 10) CHECK(told(three.c->check_response(requests[5])) == "nothing yet");
  }
  // The server sends what there was no room for when there is some.
  const auto outcome_of = [&](std::size_t i) {
    std::optional<Outcome> outcome;
    while (!outcome) {
      while (three.s->next()) {
      }
      outcome = three.c->check_response(requests[i]);
    }
    return told(outcome);
  };
  for (const std::size_t i : {7UL, 0UL, 19UL}) CHECK(outcome_of(i) == reply_to(i));
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 7 && i != 0 && i != 19) CHECK(outcome_of(i) == reply_to(i));
  }
}

TEST_CASE("a call and a request to the same server do not take each other's replies") {
  Three three;
  const auto request = three.request("first");
  const Asked first = take_call(*three.s);
  std::string reply;
  std::thread caller([&] {
    if (auto called = three.c->call(three.node.owner(three.server), 1, "second", 20s)) reply = *called;
  });
  const Asked second = take_call(*three.s);
  three.s->reply(first.from, Kind::reply, first.ref, "one");
  three.s->reply(second.from, Kind::reply, second.ref, "two");
  caller.join();
  CHECK(reply == "two");
  CHECK(told(three.c->check_response(request)) == "one");
}

TEST_CASE("what cannot be sent is an outcome that waits, and is told") {
  Three three;
  three.node.end(three.server, RowState::stopped);
  const auto request = three.request("hello");
  CHECK(is_notice(three.c->next(), request));
  CHECK(told(three.c->check_response(request)) == "noproc");
  const auto of_itself = three.c->send_request(three.node.owner(three.client), 1, "me?", no_patience);
  CHECK(told(three.c->wait_response(of_itself, for_ever)) == "calling_self");
  CHECK_FALSE(await(*three.c, 1ms));
}

TEST_CASE(
    "a request whose server dies is down, and waits where the mailbox is kept and nobody has taken it") {
  Three three;
  const auto taken = three.request("taken");
  take_call(*three.s);
  const auto waiting = three.request("waiting");
  three.s.reset();
  three.node.end(three.server, RowState::restarting);
  CHECK(told(three.c->wait_response(waiting, no_patience)) == "nothing yet");
  three.s = three.node.attach(three.node.start({three.server.slot, three.server.incarnation + 1}));
  answer_next(*three.s, "by the next life");
  CHECK(told(three.c->wait_response(taken, for_ever)) == "down");
  CHECK(told(three.c->wait_response(waiting, for_ever)) == "by the next life");
}

TEST_CASE("a request ends while its caller sleeps, though nothing else happens") {
  Three three;
  const auto request = three.request("hello");
  take_call(*three.s);
  std::thread killer([&] { three.node.end(three.server, RowState::stopped, ExitReason::error("why")); });
  const auto outcome = three.c->wait_response(request, for_ever);
  killer.join();
  REQUIRE(outcome.has_value());
  REQUIRE_FALSE(outcome->has_value());
  CHECK(outcome->error().kind == CallError::Kind::down);
  CHECK(outcome->error().reason == ExitReason::error("why"));
}

TEST_CASE("a request that nobody takes any more is dropped, and one that was taken is down") {
  const bool is_kept = GENERATE(false, true);
  TestNode node;
  Pid server = node.add("server", RowType::worker, is_kept);
  auto c = node.attach(node.add("client")), s = node.attach(server);
  const auto taken = c->send_request(node.owner(server), 1, "taken", no_patience);
  take_call(*s);
  const auto waiting = c->send_request(node.owner(server), 1, "waiting", no_patience);
  s.reset();
  if (is_kept) {
    node.end(server, RowState::stopped, ExitReason::error("why"));
  } else {
    node.table.set_accept_from(server.slot, server.incarnation + 1);
    s = node.attach(node.restart(server));
    const bool is_passed_over = GENERATE(false, true);
    if (is_passed_over) CHECK_FALSE(s->next());
  }
  CHECK(told(c->wait_response(taken, for_ever)) == "down");
  const auto outcome = c->wait_response(waiting, for_ever);
  REQUIRE(outcome.has_value());
  REQUIRE_FALSE(outcome->has_value());
  CHECK(outcome->error().kind == CallError::Kind::dropped);
  CHECK(outcome->error().reason == (is_kept ? ExitReason::error("why") : ExitReason::killed()));
}

TEST_CASE("a request about the server itself ends with the life that it was for, taken or not") {
  const bool is_taken = GENERATE(false, true);
  Three three;
  const auto request = three.request("how are you?", Kind::system);
  if (is_taken) take_call(*three.s);
  CHECK(told(three.c->check_response(request)) == "nothing yet");
  three.s.reset();
  three.s = three.node.attach(three.node.restart(three.server));
  CHECK_FALSE(three.s->next());
  // Also if it was not taken: a suspended server would have taken it ahead of its cursor.
  CHECK(told(three.c->wait_response(request, for_ever)) == "down");
}

TEST_CASE("a request to a slot that has another owner by now is down") {
  Three three;
  Pid guest = three.node.add("", RowType::guest);
  const auto request = three.c->send_request(three.node.owner(guest), 1, "hello", no_patience);
  Pid next_owner = three.node.reuse(guest, "", RowType::guest);
  REQUIRE(three.c->send(next_owner, cast("welcome"), no_patience));
  const auto outcome = three.c->wait_response(request, for_ever);
  REQUIRE(outcome.has_value());
  CHECK_FALSE(outcome->has_value());
}

TEST_CASE("the late reply to what was abandoned is never seen") {
  const bool is_taken = GENERATE(false, true);
  Three three;
  const auto abandoned = three.request("never mind");
  if (!is_taken) three.c->abandon(abandoned);
  const Asked asked = take_call(*three.s);
  if (is_taken) three.c->abandon(abandoned);
  three.s->reply(asked.from, Kind::reply, asked.ref, "late");
  CHECK_FALSE(await(*three.c, 1ms));
  const auto request = three.request("again");
  answer_next(*three.s, "in time");
  CHECK(told(three.c->wait_response(request, for_ever)) == "in time");
  CHECK(told(three.c->check_response(abandoned)) == "noproc");
  CHECK_FALSE(await(*three.c, 1ms));
}

TEST_CASE("an outcome that was announced and then abandoned is not told") {
  Three three;
  three.node.end(three.server, RowState::stopped);
  three.c->abandon(three.request("hello"));
  CHECK_FALSE(await(*three.c, 1ms));
}

TEST_CASE("of several requests the first that ends is found, asleep or awake") {
  Three three;
  const std::array requests{three.request("a"), three.request_of_other("b"), three.request("c")};
  CHECK_FALSE(three.c->wait_any(requests, 1ms));
  CHECK_FALSE(three.c->wait_any({}, for_ever));
  std::thread other([&] { answer_next(*three.o, "from the other"); });
  CHECK(three.c->wait_any(requests, for_ever) == requests[1]);
  other.join();
  CHECK(three.c->wait_any(requests, for_ever) == requests[1]);  // it was not taken
  CHECK(told(three.c->check_response(requests[1])) == "from the other");
  const std::array left{requests[0], requests[2]};
  std::thread killer([&] { three.node.end(three.server, RowState::stopped); });
  CHECK(three.c->wait_any(left, for_ever).has_value());  // both have ended, at one moment
  killer.join();
  for (const std::uint64_t request : left) {
    CHECK(three.c->wait_any(std::span(&request, 1), for_ever) == request);
    CHECK(told(three.c->check_response(request)) != "nothing yet");
  }
}

TEST_CASE("whoever waits for many requests finds the one that ends") {
  TestNode node;
  auto c = node.attach(node.add("client"));
  std::vector<std::unique_ptr<Endpoint>> servers;
  std::vector<std::uint64_t> requests;
  for (int i = 0; i < 30; ++i) {
    servers.push_back(node.attach(node.add("server " + std::to_string(i))));
    requests.push_back(c->send_request(node.owner(servers.back()->self()), 1, "", no_patience));
  }
  std::thread server([&] { answer_next(*servers[17], "here"); });
  CHECK(c->wait_any(requests, for_ever) == requests[17]);
  server.join();
}

TEST_CASE("next() tells of a reply once, in its place among the messages of its server") {
  Three three;
  const auto request = three.request("hello");
  const Asked asked = take_call(*three.s);
  REQUIRE(three.s->send(three.client, cast("before"), no_patience));
  three.s->reply(asked.from, Kind::reply, asked.ref, "the reply");
  REQUIRE(three.s->send(three.client, cast("after"), no_patience));
  const bool found_before = GENERATE(false, true);
  if (found_before) {  // by somebody who looks ahead
    const auto failing = three.request("too soon");
    CHECK(told(three.c->wait_response(failing, 1ms)) == "nothing yet");
    three.c->abandon(failing);
  }
  const Received* received = await(*three.c);
  REQUIRE(received);
  CHECK(received->payload == "before");
  received = await(*three.c);
  CHECK(is_notice(received, request));
  CHECK(received->from == three.server);
  received = await(*three.c);
  REQUIRE(received);
  CHECK(received->payload == "after");
  CHECK_FALSE(await(*three.c, 1ms));
  CHECK(told(three.c->check_response(request)) == "the reply");
}

TEST_CASE("next() does not tell of what was taken") {
  Three three;
  const auto request = three.request("hello");
  const Asked asked = take_call(*three.s);
  REQUIRE(three.s->send(three.client, cast("before"), no_patience));
  three.s->reply(asked.from, Kind::reply, asked.ref, "the reply");
  CHECK(told(three.c->wait_response(request, for_ever)) == "the reply");
  REQUIRE(await(*three.c));
  CHECK_FALSE(await(*three.c, 1ms));
}

TEST_CASE("next() tells of a refusal as of a reply") {
  Three three;
  const auto request = three.request("what?");
  const Asked asked = take_call(*three.s);
  three.s->reply(asked.from, Kind::refusal, asked.ref, "nonsense");
  CHECK(is_notice(await(*three.c), request));
  CHECK(told(three.c->check_response(request)) == "bad_message");
}

TEST_CASE("next() tells of a request that is down once, after the last message of its server") {
  Three three;
  while (three.c->next()) {
  }
  const auto request = three.request("hello");
  take_call(*three.s);
  for (int i = 0; i < 3; ++i) REQUIRE(three.s->send(three.client, cast("last words"), no_patience));
  std::thread killer([&] { three.node.end(three.server, RowState::restarting); });
  for (int i = 0; i < 3; ++i) {
    const Received* words = await(*three.c);
    REQUIRE(words);
    CHECK(words->kind == Kind::cast);
  }
  CHECK(is_notice(await(*three.c), request));
  killer.join();
  CHECK_FALSE(await(*three.c, 1ms));
  CHECK(told(three.c->check_response(request)) == "down");
}

TEST_CASE("the end of a request does not overtake what a turn has left in the ring") {
  Three three;
  const std::string filler(10'000, 'f');
  const auto send = [&] { REQUIRE(three.s->send(three.client, cast(filler), no_patience)); };
  const auto take = [&] {
    const Received* received = await(*three.c);
    return received && received->payload == filler;
  };
  const auto request = three.request("hello");
  take_call(*three.s);
  for (int i = 0; i < 6; ++i) send();
  for (int i = 0; i < 6; ++i) CHECK(take());  // nearly a whole turn
  for (int i = 0; i < 5; ++i) send();
  three.node.end(three.server, RowState::restarting);
  for (int i = 0; i < 5; ++i) CHECK(take());
  CHECK(is_notice(await(*three.c), request));
}

TEST_CASE("next() tells of a request that the next life answers, and of none before") {
  Three three;
  const auto request = three.request("hello");
  three.s.reset();
  three.s = three.node.attach(three.node.restart(three.server));
  CHECK_FALSE(await(*three.c, 1ms));
  answer_next(*three.s, "here");
  CHECK(is_notice(await(*three.c), request));
  CHECK(told(three.c->check_response(request)) == "here");
}

TEST_CASE("a request to a process that is gone holds on to it only until its outcome is taken") {
  Three three;
  while (three.c->next()) {
  }
  Pid guest = three.node.add("", RowType::guest);
  const auto request = three.c->send_request(three.node.owner(guest), 1, "hello", no_patience);
  three.node.end(guest, RowState::gone);
  CHECK(is_notice(await(*three.c), request));
  const auto& out = three.c->status().out[guest.slot / 64];
  const std::uint64_t bit = std::uint64_t{1} << (guest.slot % 64);
  CHECK((out.load() & bit) != 0);
  CHECK(told(three.c->check_response(request)) != "nothing yet");
  CHECK_FALSE(await(*three.c, 1ms));
  CHECK((out.load() & bit) == 0);
}

TEST_CASE("a request whose reply cannot be looked at for want of files is told later") {
  Three three;
  const auto request = three.request("hello");
  answer_next(*three.s, "patience");
  bool nothing = true;  // checked later: the sanitizers need files for a check
  {
    OutOfFiles out_of_files;
    for (int i = 0; i < 3; ++i) nothing = nothing && !three.c->next();
  }
  CHECK(nothing);
  CHECK(is_notice(await(*three.c), request));
  CHECK(told(three.c->check_response(request)) == "patience");
}

TEST_CASE("a caller that is gone is not answered, and its next life hears of none of its requests") {
  Three three;
  three.request("hello");
  const Asked asked = take_call(*three.s);
  const bool answers_in_time = GENERATE(false, true);
  if (answers_in_time) three.s->reply(asked.from, Kind::reply, asked.ref, "not for you");
  three.c.reset();
  three.c = three.node.attach(three.node.restart(three.client));
  const auto request = three.request("mine");
  CHECK(request == asked.ref);  // which is why the life counts, too
  if (!answers_in_time) three.s->reply(asked.from, Kind::reply, asked.ref, "not for you");
  CHECK_FALSE(await(*three.c, 1ms));
  answer_next(*three.s, "for you");
  CHECK(is_notice(await(*three.c), request));
  CHECK(told(three.c->check_response(request)) == "for you");
}
