// OTP's supervisor, rule by rule: how children are stopped, and when a supervisor ends by itself. The numbers
// are those of docs/otp-conformance.md.
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "tests/supervisor/core/play.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

namespace {

constexpr std::array restarts{Restart::permanent, Restart::transient, Restart::temporary};
constexpr std::array modes{AutoShutdown::any_significant, AutoShutdown::all_significant};

// Whether a child that was stopped and ended so is reported.
bool is_shutdown_error(const Shutdown& shutdown, Restart restart, Ending ending) {
  Play play({stopped_by(shutdown, worker("a", restart))});
  play.boots();
  play.is_deaf("a");
  play.dies_slowly("a");
  play.is_told_to_stop();
  play.exits("a", ending);
  return play.reports() == "shutdown_error:a";
}

SupervisorSpec ending_by(AutoShutdown mode, std::vector<ChildSpec> children,
                         Strategy strategy = Strategy::one_for_one) {
  return {.strategy = strategy, .auto_shutdown = mode, .children = std::move(children)};
}

}  // namespace

TEST_CASE("S15 brutal_kill kills at once, and expects `killed`; or a clean end, but of a permanent child",
          "[core][otp]") {
  Play play({stopped_by(brutal_kill, permanent("a"))});
  play.boots();
  play.is_told_to_stop();
  CHECK(play.story() == "+a -a(killed) SUP(stopped)");
  CHECK(play.reports().empty());
  for (const Restart restart : restarts) {
    CAPTURE(to_string(restart));
    const bool is_permanent = restart == Restart::permanent;
    CHECK_FALSE(is_shutdown_error(brutal_kill, restart, Ending::killed));
    CHECK(is_shutdown_error(brutal_kill, restart, Ending::abnormal));
    for (const Ending clean : {Ending::normal, Ending::shutdown, Ending::shutdown_with_text}) {
      CHECK(is_shutdown_error(brutal_kill, restart, clean) == is_permanent);
    }
  }
}

TEST_CASE("S16 a timeout asks, waits so long, kills, and then waits without limit", "[core][otp]") {
  Play play({stopped_by(within(2s), permanent("a")), permanent("b")});
  play.boots();
  play.is_deaf("a");
  play.is_told_to_stop();
  play.passes(2s - 1ns);
  CHECK(play.story() == "+a +b -b(shutdown)");
  play.passes(1ns);
  CHECK(play.story() == "-a(killed) SUP(stopped)");
  CHECK(play.reports() == "shutdown_error:a");
}

TEST_CASE("S16 a timeout expects `shutdown`; or a clean end, but of a permanent child", "[core][otp]") {
  for (const Restart restart : restarts) {
    CAPTURE(to_string(restart));
    const bool is_permanent = restart == Restart::permanent;
    CHECK_FALSE(is_shutdown_error(within(1s), restart, Ending::shutdown));
    CHECK(is_shutdown_error(within(1s), restart, Ending::normal) == is_permanent);
    CHECK(is_shutdown_error(within(1s), restart, Ending::shutdown_with_text) == is_permanent);
    CHECK(is_shutdown_error(within(1s), restart, Ending::abnormal));
    CHECK(is_shutdown_error(within(1s), restart, Ending::killed));
  }
}

TEST_CASE("S16 each child has its own time: a stop takes as long as all of them together", "[core][otp]") {
  Play play({stopped_by(within(1s), permanent("a")), stopped_by(within(2s), permanent("b"))});
  play.boots();
  play.is_deaf("a");
  play.is_deaf("b");
  play.is_told_to_stop();
  play.passes(2s);
  CHECK(play.story() == "+a +b -b(killed)");
  play.passes(1s);
  CHECK(play.story() == "-a(killed) SUP(stopped)");
}

TEST_CASE("S16 a time of 0 asks, and kills with the next tick", "[core][otp]") {
  Play play({stopped_by(within(0s), permanent("a"))});
  play.boots();
  play.is_deaf("a");
  play.is_told_to_stop();
  CHECK(play.is_due());
  play.ticks();
  CHECK(play.story() == "+a -a(killed) SUP(stopped)");
}

TEST_CASE("S17 infinity asks and waits for ever, for a worker too", "[core][otp]") {
  Play play({stopped_by(infinity, permanent("a"))});
  play.boots();
  play.is_deaf("a");
  play.is_told_to_stop();
  play.passes(100'000h);
  CHECK(play.story() == "+a");
  play.exits("a", Ending::shutdown);
  CHECK(play.story() == "-a(shutdown) SUP(stopped)");
}

TEST_CASE("S19 under any_significant the clean end of one significant child is the end of all",
          "[core][otp]") {
  for (const Ending clean : {Ending::normal, Ending::shutdown, Ending::shutdown_with_text}) {
    Play play(ending_by(AutoShutdown::any_significant,
                        {permanent("a"), significant(transient("b")), significant(transient("c"))}));
    play.boots();
    play.story();
    play.exits("b", clean);
    CHECK(play.story() ==
          "*b(" + std::string(to_string(clean)) + ") -c(shutdown) -a(shutdown) SUP(auto_shutdown b)");
  }
}

TEST_CASE("S19 under all_significant the end of the last significant child is", "[core][otp]") {
  Play play(ending_by(AutoShutdown::all_significant,
                      {permanent("a"), significant(transient("b")), significant(temporary("c"))}));
  play.boots();
  play.exits("b", Ending::normal);
  CHECK_FALSE(play.is_finished());
  play.crashes("c");
  CHECK(play.is_finished());
}

TEST_CASE("S19 under all_significant a child that is restarted counts as active", "[core][otp]") {
  Play play(
      ending_by(AutoShutdown::all_significant, {significant(transient("a")), significant(transient("b"))}));
  play.boots();
  play.next_starts("a", {Play::Start::fails});
  play.crashes("a");
  play.exits("b", Ending::normal);
  CHECK(play.children() == "b:undefined a:restarting");
  play.ticks();
  CHECK_FALSE(play.is_finished());
  play.exits("a", Ending::normal);
  CHECK(play.is_finished());
}

TEST_CASE("S19 a crash of a significant transient child restarts it; any end of a temporary one counts",
          "[core][otp]") {
  for (const AutoShutdown mode : modes) {
    Play restarted(ending_by(mode, {significant(transient("a"))}));
    restarted.boots();
    restarted.crashes("a");
    restarted.exits("a", Ending::killed);
    CHECK(restarted.children() == "a:present");
    for (const Ending ending : {Ending::normal, Ending::abnormal, Ending::killed}) {
      Play temporary_one(ending_by(mode, {significant(temporary("a")), permanent("b")}));
      temporary_one.boots();
      temporary_one.exits("a", ending);
      CHECK(temporary_one.is_finished());
    }
  }
}

TEST_CASE("S19 neither terminate_child nor the restart of the group ends the supervisor", "[core][otp]") {
  for (const AutoShutdown mode : modes) {
    Play terminated(ending_by(mode, {significant(transient("a")), permanent("b")}));
    terminated.boots();
    CHECK(terminated.terminate_child("a") == "ok");
    CHECK(terminated.children() == "b:present a:undefined");
    for (const Strategy strategy : {Strategy::one_for_all, Strategy::rest_for_one}) {
      Play restarted(ending_by(mode, {permanent("a"), significant(transient("b"))}, strategy));
      restarted.boots();
      restarted.crashes("a");
      CHECK(restarted.children() == "b:present a:present");
    }
  }
}

TEST_CASE("S27 a supervisor that is told to stop stops all children in reverse start order", "[core][otp]") {
  for (const Strategy strategy : {Strategy::one_for_one, Strategy::rest_for_one, Strategy::one_for_all}) {
    Play play({.strategy = strategy, .children = permanents(3)});
    play.boots();
    play.is_told_to_stop();
    CHECK(play.story() == "+a +b +c -c(shutdown) -b(shutdown) -a(shutdown) SUP(stopped)");
  }
}

}  // namespace ninelives::supervisor::test
