// When a callback has run for too long. That the worker is killed then: tests/e2e/watchdog_test.cpp.
#include "supervisor/node/watchdog.hpp"

#include <catch2/catch.hpp>

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;
using ipc::Callback;

constexpr auto longest = 10s;
constexpr Incarnation life = 3;

std::optional<TimePoint> look(Callback callback, TimePoint since, TimePoint now, Incarnation of = life) {
  return next_look({.life = of, .callback = callback, .since = since}, life, longest, now);
}

}  // namespace

TEST_CASE("a callback is stuck when it has run for longer than it may, and the clock's tick") {
  CHECK(look(Callback::handle_call, 100s, 100s) == 110s + 10ms);
  CHECK(look(Callback::handle_call, 100s, 110s) == 110s + 10ms);
  CHECK_FALSE(look(Callback::handle_call, 100s, 110s + 10ms));
  CHECK_FALSE(look(Callback::terminate, 100s, 1000s));
}

TEST_CASE("while no callback runs no time passes") {
  CHECK(look(Callback::none, 100s, 1000s) == 1010s + 10ms);
  CHECK(look(Callback::init, 100s, 1000s) == 1010s + 10ms);
}

TEST_CASE("what a former life was doing is not looked at") {
  CHECK(look(Callback::handle_call, 100s, 1000s, life - 1) == 1010s + 10ms);
}

TEST_CASE("whatever a worker writes, the next look is later than the last one") {
  CHECK(look(Callback::handle_call, 9999s, 1000s) == 1010s + 10ms);
  CHECK(look(Callback::handle_call, TimePoint::max(), 1000s) == 1010s + 10ms);
  CHECK_FALSE(look(Callback::handle_call, -1s, 1000s));
  const Callback unknown{200};
  CHECK_FALSE(look(unknown, 0s, 1000s));
  CHECK(next_look({.life = life, .callback = Callback::handle_call, .since = 5s}, life, TimePoint::max(),
                  6s) == TimePoint::max());
}

TEST_CASE("a callback is named with its message, where it has one") {
  CHECK(in_words(Callback::handle_call, "get") == "handle_call(get)");
  CHECK(in_words(Callback::terminate, "") == "terminate");
}

}  // namespace ninelives::supervisor
