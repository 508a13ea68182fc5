// Why a process ended, from what the kernel says, what was done to it, and what it said itself.
#include "supervisor/node/conclude.hpp"

#include <catch2/catch.hpp>
#include <csignal>

using namespace ninelives;
using namespace ninelives::supervisor;

namespace {

LastMoments ready(ExitStatus status) { return {.status = status, .was_ready = true}; }

}  // namespace

TEST_CASE("exit code 0 is normal, any other is the code") {
  CHECK(conclude(ready(ExitStatus::exited(0))) == ExitReason::normal());
  CHECK(conclude(ready(ExitStatus::exited(3))) == ExitReason::exited(3));
}

TEST_CASE("a signal that nobody of us sent is that signal, with its core") {
  CHECK(conclude(ready(ExitStatus::signaled(SIGSEGV, true))) == ExitReason::signalled(SIGSEGV, true));
  CHECK(conclude(ready(ExitStatus::signaled(SIGKILL))) == ExitReason::signalled(SIGKILL, false));
}

TEST_CASE("the signal that we asked it to stop with is a shutdown, our SIGKILL is killed") {
  auto asked = ready(ExitStatus::signaled(SIGTERM));
  asked.stop_signal = SIGTERM;
  CHECK(conclude(asked) == ExitReason::shutdown());
  auto killed = ready(ExitStatus::signaled(SIGKILL));
  killed.stop_signal = SIGTERM;
  killed.we_killed_it = true;
  CHECK(conclude(killed) == ExitReason::killed());
}

TEST_CASE("whoever was killed because it was stuck has that for its reason, if the kill was its end") {
  auto stuck = ready(ExitStatus::signaled(SIGKILL));
  stuck.killed_for = ExitReason::error("watchdog: handle_call(get) ran for more than 10s");
  CHECK(conclude(stuck) == ExitReason::error("watchdog: handle_call(get) ran for more than 10s"));
  stuck.status = ExitStatus::exited(0);
  CHECK(conclude(stuck) == ExitReason::normal());
}

TEST_CASE("a worker's own words count where its exit code agrees with them") {
  auto moments = ready(ExitStatus::exited(1));
  moments.own_words = ExitReason::error("no more disk");
  CHECK(conclude(moments) == ExitReason::error("no more disk"));
  moments.status = ExitStatus::exited(0);
  CHECK(conclude(moments) == ExitReason::normal());
  moments.status = ExitStatus::signaled(SIGKILL);
  CHECK(conclude(moments) == ExitReason::signalled(SIGKILL, false));
}

TEST_CASE("a process that ends before it was ready has failed to start, unless it was asked to end") {
  const LastMoments early{.status = ExitStatus::exited(3)};
  CHECK(conclude(early) == ExitReason::start_failed("exit(3)"));
  auto asked = early;
  asked.stop_signal = SIGTERM;
  CHECK(conclude(asked) == ExitReason::exited(3));
}

TEST_CASE("what was asked to end and leaves with 0 has shut down") {
  auto asked = ready(ExitStatus::exited(0));
  asked.stop_signal = SIGTERM;
  CHECK(conclude(asked) == ExitReason::shutdown());
  asked.own_words = ExitReason::normal();
  CHECK(conclude(asked) == ExitReason::normal());
}

TEST_CASE("a start that was ignored has not failed") {
  CHECK(conclude({.status = ExitStatus::exited(0), .own_words = ExitReason::ignored()}) ==
        ExitReason::ignored());
}

TEST_CASE("the core is told of each kind of end that it tells apart") {
  CHECK(ending_of(ExitReason::normal()) == Ending::normal);
  CHECK(ending_of(ExitReason::shutdown()) == Ending::shutdown);
  CHECK(ending_of(ExitReason::shutdown("done")) == Ending::shutdown_with_text);
  CHECK(ending_of(ExitReason::killed()) == Ending::killed);
  CHECK(ending_of(ExitReason::ignored()) == Ending::ignored);
  CHECK(ending_of(ExitReason::error("x")) == Ending::abnormal);
  CHECK(ending_of(ExitReason::start_failed("x")) == Ending::abnormal);
}
