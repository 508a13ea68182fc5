#include "supervisor/core/restart_delay.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>

#include <ninelives/spec/check.hpp>

#include "tests/supervisor/core/tree.hpp"

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace ninelives::supervisor::test {

TEST_CASE("Without a backoff no restart waits", "[core]") {
  RestartDelay delay(std::nullopt);
  CHECK(delay.next(0s, 0.5) == 0ns);
  delay.runs(1s);
  CHECK(delay.next(2s, 0.5) == 0ns);
}

TEST_CASE("The delays of a row double up to the longest", "[core]") {
  RestartDelay delay(Backoff{.first = 100ms, .max = 1s, .jitter = 0});
  CHECK(delay.next(0s, 0.5) == 100ms);
  CHECK(delay.next(0s, 0.5) == 200ms);
  CHECK(delay.next(0s, 0.5) == 400ms);
  CHECK(delay.next(0s, 0.5) == 800ms);
  CHECK(delay.next(0s, 0.5) == 1s);
  CHECK(delay.next(0s, 0.5) == 1s);
}

TEST_CASE("Jitter takes a random part off, and the row goes on as without it", "[core]") {
  RestartDelay delay(Backoff{.first = 100ms, .max = 1s, .jitter = 0.5});
  CHECK(delay.next(0s, 0) == 100ms);
  CHECK(delay.next(0s, 1) == 100ms);
  CHECK(delay.next(0s, 0.5) == 300ms);
  RestartDelay all_of_it(Backoff{.first = 100ms, .max = 1s, .jitter = 1});
  CHECK(all_of_it.next(0s, 1) == 0ns);
}

TEST_CASE("A child that has run for the reset time begins a new row", "[core]") {
  RestartDelay delay(Backoff{.first = 1s, .max = 8s, .jitter = 0, .reset = 60s});
  CHECK(delay.next(0s, 0) == 1s);
  delay.runs(1s);
  CHECK(delay.next(61s - 1ns, 0) == 2s);
  delay.runs(100s);
  CHECK(delay.next(160s, 0) == 1s);
  CHECK(delay.next(300s, 0) == 2s);  // its start has failed: it did not run
}

TEST_CASE("The longest possible delay does not overflow", "[core]") {
  for (const double jitter : {0.0, 1.0}) {
    RestartDelay delay(Backoff{.first = nanoseconds::max(), .max = nanoseconds::max(), .jitter = jitter});
    CHECK(delay.next(0s, 0) == nanoseconds::max());
    CHECK(delay.next(0s, 1) == (jitter == 0 ? nanoseconds::max() : 0ns));
  }
  Tree tree({delayed_by({.first = longest_time, .max = longest_time, .jitter = 0}, permanent("a"))});
  tree.booted();
  tree.step(crash(0, 1));
  CHECK(tree->next_deadline() == tree.now + longest_time);
}

}  // namespace ninelives::supervisor::test
