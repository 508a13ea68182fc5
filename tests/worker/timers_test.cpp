// When timers are due: the pure part by itself, and as a server sees them.
#include <catch2/catch.hpp>

#include <ninelives/sys.hpp>
#include <ninelives/test.hpp>

#include "tests/worker/parrot.hpp"
#include "worker/timer_queue.hpp"

namespace ninelives {
namespace {

using namespace std::chrono_literals;
using detail::Local;
using detail::TimerQueue;

struct Ping {
  int number = 0;
};

const ipc::Deadline start(1h);

detail::TimerOrder order(std::chrono::nanoseconds delay, int number, std::string_view name = {}) {
  return {.delay = delay, .name = name, .message = Local(Ping{number})};
}

std::vector<int> due(TimerQueue& timers, ipc::Deadline now) {
  std::vector<int> numbers;
  while (const auto timer = timers.take_due(now)) numbers.push_back(timer->message.get<Ping>()->number);
  return numbers;
}

}  // namespace

TEST_CASE("Timers are due in the order of their times, and of their start where those are the same") {
  TimerQueue timers;
  timers.start(order(2s, 1), start);
  timers.start(order(1s, 2), start);
  timers.start(order(1s, 3), start);
  CHECK(timers.next_deadline() == start + 1s);
  CHECK(due(timers, start + 999ms).empty());
  CHECK(due(timers, start + 2s) == std::vector{2, 3, 1});
  CHECK(timers.empty());
}

TEST_CASE("A cancelled timer says what was left, and is never due") {
  TimerQueue timers;
  const auto one = timers.start(order(2s, 1), start);
  CHECK(timers.cancel(one, start + 500ms) == 1500ms);
  CHECK_FALSE(timers.cancel(one, start));
  CHECK(timers.empty());
  const auto late = timers.start(order(1s, 2), start);
  CHECK(timers.cancel(late, start + 5s) == 0s);
}

TEST_CASE("A timer of a name that is taken replaces the other one") {
  TimerQueue timers;
  const auto first = timers.start(order(1s, 1, "flush"), start);
  timers.start(order(3s, 2, "flush"), start);
  CHECK_FALSE(timers.cancel(first, start));
  CHECK(due(timers, start + 5s) == std::vector{2});
  CHECK_FALSE(timers.cancel("flush", start));
  timers.start(order(1s, 3, "flush"), start);
  CHECK(timers.cancel("flush", start) == 1s);
}

TEST_CASE("A periodic timer keeps its grid and leaves out what is past") {
  TimerQueue timers;
  auto every = order(100ms, 1);
  every.period = 100ms;
  const auto timer = timers.start(every, start);
  CHECK(due(timers, start + 130ms) == std::vector{1});
  CHECK(timers.next_deadline() == start + 200ms);
  CHECK(due(timers, start + 570ms) == std::vector{1});
  CHECK(timers.next_deadline() == start + 600ms);
  CHECK(timers.cancel(timer, start + 580ms) == 20ms);
  CHECK(timers.empty());
}

TEST_CASE("A time that is too far to be counted never comes, and one that is past is due now") {
  TimerQueue timers;
  timers.start(order(infinity, 1), start);
  timers.start(order(-5s, 2), start);
  CHECK(due(timers, start) == std::vector{2});
  CHECK(timers.next_deadline() == ipc::no_deadline);
}

namespace test {

TEST_CASE("send_after comes after its time, and before messages that wait") {
  Node node;
  Parrot& parrot = node.start<Parrot>("parrot");
  REQUIRE(whereis<ParrotApi>("parrot").cast(Act{Do::What::reply_later, 100}));
  node.advance(99ms);
  CHECK(parrot.heard.empty());
  REQUIRE(whereis<ParrotApi>("parrot").cast(Act{Do::What::reply_later, 0}));
  REQUIRE(whereis<ParrotApi>("parrot").send(Note{"note"}));
  node.run();
  CHECK(parrot.heard == std::vector<std::string>{"ring", "note"});
  node.advance(1ms);
  CHECK(parrot.heard.back() == "ring");
}

TEST_CASE("A timer cancels the inactivity time-out, as any message does") {
  Node node;
  Parrot& parrot = node.start<Parrot>("parrot");
  REQUIRE(whereis<ParrotApi>("parrot").cast(Act{Do::What::reply_later, 50}));
  REQUIRE(whereis<ParrotApi>("parrot").cast(Act{Do::What::reply_then_timeout, 100}));
  node.advance(1h);
  CHECK(parrot.heard == std::vector<std::string>{"ring"});
}

}  // namespace test
}  // namespace ninelives
