// OTP's supervisor, rule by rule: starts, restarts, intensity. The numbers are those of
// docs/otp-conformance.md; each rule is supervisor(3)'s, or what supervisor.erl does. The rest is in
// rules_of_stops_test.cpp and rules_of_requests_test.cpp.
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "tests/supervisor/core/play.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

using Start = Play::Start;

namespace {

constexpr std::array groups{Strategy::rest_for_one, Strategy::one_for_all};

SupervisorSpec under(Strategy strategy, std::vector<ChildSpec> children, unsigned intensity = 3) {
  return {.strategy = strategy, .intensity = intensity, .children = std::move(children)};
}

}  // namespace

TEST_CASE("S5 children start from left to right, each when the one before is ready", "[core][otp]") {
  Play play(permanents(3));
  play.next_starts("b", {Start::hangs});
  play.boots();
  CHECK(play.story() == "+a");
  CHECK(play.supervisor().phase() == Phase::booting);
  play.becomes_ready("b");
  CHECK(play.story() == "+b +c");
  CHECK(play.supervisor().phase() == Phase::running);
}

TEST_CASE("S6 a start that fails at boot is not tried again: the started ones are stopped in reverse order",
          "[core][otp]") {
  for (const Start failure : {Start::fails, Start::fails_to_launch}) {
    for (const Restart restart : {Restart::permanent, Restart::transient, Restart::temporary}) {
      Play play({permanent("a"), permanent("b"), worker("c", restart), permanent("d")});
      play.next_starts("c", {failure});
      play.boots();
      CHECK(play.story() == "+a +b !c -b(shutdown) -a(shutdown) SUP(failed_to_start c)");
      CHECK(play.reports() == "start_error:c");
    }
  }
}

TEST_CASE("S7 a start that is ignored leaves the spec without a process, and a temporary one no spec",
          "[core][otp]") {
  Play play({permanent("a"), temporary("b"), permanent("c")});
  play.next_starts("a", {Start::ignores});
  play.next_starts("b", {Start::ignores});
  play.boots();
  CHECK(play.story() == "~a ~b +c");
  CHECK(play.children() == "c:present a:undefined");

  play.next_starts("a", {Start::ignores});
  CHECK(play.restart_child("a") == "ignored");
  play.next_starts("d", {Start::ignores});
  CHECK(play.start_child(permanent("d")) == "ignored");
  play.next_starts("e", {Start::ignores});
  CHECK(play.start_child(temporary("e")) == "ignored");
  CHECK(play.children() == "d:undefined c:present a:undefined");
  CHECK(play.counts() == "3 1 0 3");
}

TEST_CASE("S7 a restart that is ignored leaves the child down until its group is restarted", "[core][otp]") {
  Play alone(permanents(2));
  alone.boots();
  alone.next_starts("a", {Start::ignores});
  alone.crashes("a");
  alone.passes(1h);
  CHECK(alone.story() == "+a +b *a(abnormal) ~a");
  CHECK(alone.children() == "b:present a:undefined");

  Play group(under(Strategy::one_for_all, permanents(2)));
  group.boots();
  group.next_starts("a", {Start::ignores});
  group.crashes("a");
  CHECK(group.children() == "b:present a:undefined");
  group.crashes("b");
  CHECK(group.story() == "+a +b *a(abnormal) -b(shutdown) ~a +b *b(abnormal) +a +b");
}

TEST_CASE("S8 restart types answer exit reasons as the matrix says", "[core][otp]") {
  struct Row {
    Restart restart;
    Ending ending;
    std::string story;
    std::string children;
    std::string reports;
  };
  std::vector<Row> rows;
  for (const Ending clean : {Ending::normal, Ending::shutdown, Ending::shutdown_with_text}) {
    rows.push_back({Restart::permanent, clean, " +a", "b:present a:present", "child_terminated:a"});
    rows.push_back({Restart::transient, clean, "", "b:present a:undefined", ""});
    rows.push_back({Restart::temporary, clean, "", "b:present", ""});
  }
  for (const Ending unclean : {Ending::killed, Ending::abnormal}) {
    rows.push_back({Restart::permanent, unclean, " +a", "b:present a:present", "child_terminated:a"});
    rows.push_back({Restart::transient, unclean, " +a", "b:present a:present", "child_terminated:a"});
    rows.push_back({Restart::temporary, unclean, "", "b:present", "child_terminated:a"});
  }
  for (const Row& row : rows) {
    const std::string ending(to_string(row.ending));
    CAPTURE(to_string(row.restart), ending);
    Play play({worker("a", row.restart), permanent("b")});
    play.boots();
    play.story();
    play.exits("a", row.ending);
    CHECK(play.story() == "*a(" + ending + ")" + row.story);
    CHECK(play.children() == row.children);
    CHECK(play.reports() == row.reports);
  }
}

// What a supervisor stops does not come back, whatever its type.
TEST_CASE("S8 a child that was terminated is not restarted, and a temporary one is removed", "[core][otp]") {
  for (const Ending ending : {Ending::shutdown, Ending::normal, Ending::abnormal}) {
    Play play({permanent("a"), transient("b"), temporary("c")});
    play.boots();
    for (const char* id : {"a", "b", "c"}) {
      play.ends_with(id, ending);
      CHECK(play.terminate_child(id) == "ok");
    }
    play.passes(1h);
    CHECK(play.children() == "b:undefined a:undefined");
  }
}

TEST_CASE("S9 one_for_one restarts the child alone, in its place", "[core][otp]") {
  Play play(permanents(3));
  play.boots();
  play.crashes("b");
  CHECK(play.story() == "+a +b +c *b(abnormal) +b");
  CHECK(play.children() == "c:present b:present a:present");
}

TEST_CASE("S10 one_for_all stops all others in reverse order, then starts all from left to right",
          "[core][otp]") {
  Play play(under(Strategy::one_for_all, permanents(4)));
  play.boots();
  play.story();
  play.crashes("b");
  CHECK(play.story() == "*b(abnormal) -d(shutdown) -c(shutdown) -a(shutdown) +a +b +c +d");
}

TEST_CASE("S10 each stop of a group is awaited before the next, and all of them before the first start",
          "[core][otp]") {
  Play play(under(Strategy::one_for_all, permanents(3)));
  play.boots();
  play.story();
  play.is_deaf("c");
  play.crashes("a");
  CHECK(play.story() == "*a(abnormal)");
  play.exits("c", Ending::shutdown);
  CHECK(play.story() == "-c(shutdown) -b(shutdown) +a +b +c");
}

TEST_CASE("S11 rest_for_one stops those behind in reverse order, then starts the child and them",
          "[core][otp]") {
  Play play(under(Strategy::rest_for_one, permanents(4)));
  play.boots();
  play.story();
  play.crashes("b");
  CHECK(play.story() == "*b(abnormal) -d(shutdown) -c(shutdown) +b +c +d");
  play.crashes("d");
  CHECK(play.story() == "*d(abnormal) +d");
}

TEST_CASE("S11 temporary children behind are removed for good", "[core][otp]") {
  Play play(under(Strategy::rest_for_one, {permanent("a"), temporary("b"), permanent("c")}));
  play.boots();
  play.crashes("a");
  CHECK(play.story() == "+a +b +c *a(abnormal) -c(shutdown) -b(shutdown) +a +c");
  CHECK(play.children() == "c:present a:present");
}

TEST_CASE("S12 a restart that fails is tried again after whatever waits, and charged again", "[core][otp]") {
  Play play({.intensity = 2, .children = permanents(1)});
  play.boots();
  play.next_starts("a", {Start::fails, Start::fails});
  play.crashes("a");
  CHECK(play.story() == "+a *a(abnormal) !a");
  CHECK(play.children() == "a:restarting");
  CHECK(play.is_due());  // without delay
  play.ticks();
  CHECK(play.story() == "!a");
  play.ticks();
  CHECK(play.story() == "SUP(gave_up a)");
}

TEST_CASE("S12 while it is tried again the child is `restarting`, and a cancelled restart is none",
          "[core][otp]") {
  Play play(permanents(1));
  play.boots();
  play.next_starts("a", {Start::fails});
  play.crashes("a");
  CHECK(play.start_child(permanent("a")) == "already_present");
  CHECK(play.restart_child("a") == "restarting");
  CHECK(play.delete_child("a") == "restarting");
  CHECK(play.terminate_child("a") == "ok");
  play.passes(1h);
  CHECK(play.story() == "+a *a(abnormal) !a");
  CHECK(play.children() == "a:undefined");
}

TEST_CASE("S12 those behind a failed start of their group stay down until it is tried again", "[core][otp]") {
  for (const Strategy strategy : groups) {
    Play play(under(strategy, permanents(3)));
    play.boots();
    play.next_starts("b", {Start::fails});
    play.crashes("a");
    CHECK(play.children() == "c:undefined b:restarting a:present");
    play.ticks();
    CHECK(play.children() == "c:present b:present a:present");
  }
}

TEST_CASE("S13 intensity permits so many restarts in a period, and the next one ends the supervisor",
          "[core][otp]") {
  Play play({.intensity = 2, .period = 5s, .children = permanents(1)});
  play.boots();
  play.crashes("a");
  play.crashes("a");
  play.crashes("a");
  CHECK(play.story() == "+a *a(abnormal) +a *a(abnormal) +a *a(abnormal) SUP(gave_up a)");
}

TEST_CASE("S13 an intensity of 0 permits no restart", "[core][otp]") {
  Play play({.intensity = 0, .children = permanents(2)});
  play.boots();
  play.crashes("a");
  CHECK(play.story() == "+a +b *a(abnormal) -b(shutdown) SUP(gave_up a)");
}

TEST_CASE("S13 a restart that is exactly as old as the period still counts, an older one does not",
          "[core][otp]") {
  for (const auto age : {5s + 0ns, 5s + 1ns}) {
    Play play({.intensity = 1, .period = 5s, .children = permanents(1)});
    play.boots();
    play.crashes("a");
    play.passes(age);
    play.crashes("a");
    CHECK(play.is_finished() == (age == 5s));
  }
}

TEST_CASE(
    "S13 only restarts are charged: no end of a temporary child, no request, no failed start by request",
    "[core][otp]") {
  Play play({.intensity = 0, .children = {temporary("a"), transient("b"), permanent("c")}});
  play.boots();
  play.crashes("a");
  play.exits("b", Ending::normal);
  CHECK(play.restart_child("b") == "started");
  CHECK(play.terminate_child("c") == "ok");
  play.next_starts("c", {Start::fails});
  CHECK(play.restart_child("c") == "start_failed");
  CHECK(play.restart_child("c") == "started");
  play.next_starts("d", {Start::fails});
  CHECK(play.start_child(permanent("d")) == "start_failed");
  CHECK_FALSE(play.is_finished());
}

TEST_CASE("S13 the count is shared by all children, and the restart of a group counts once", "[core][otp]") {
  Play single({.intensity = 2, .children = permanents(3)});
  single.boots();
  for (const char* id : {"a", "b", "c"}) single.crashes(id);
  CHECK(single.is_finished());

  Play group(under(Strategy::one_for_all, permanents(5), 2));
  group.boots();
  group.crashes("a");
  group.crashes("e");
  CHECK_FALSE(group.is_finished());
  group.crashes("c");
  CHECK(group.is_finished());
}

TEST_CASE("S14 a supervisor that gives up reports it, and stops the others in reverse order", "[core][otp]") {
  Play play({.intensity = 0, .children = permanents(3)});
  play.boots();
  play.crashes("b");
  CHECK(play.story() == "+a +b +c *b(abnormal) -c(shutdown) -a(shutdown) SUP(gave_up b)");
  CHECK(play.reports() == "child_terminated:b shutdown:b");
}

TEST_CASE("S14 a failed restart that is one too many ends the supervisor likewise", "[core][otp]") {
  for (const Strategy strategy : groups) {
    Play play(under(strategy, permanents(3), 1));
    play.boots();
    play.story();
    play.next_starts("b", {Start::fails});
    play.crashes("b");
    play.ticks();
    const std::string stopped = strategy == Strategy::one_for_all ? "-a(shutdown) +a " : "";
    CHECK(play.story() == "*b(abnormal) -c(shutdown) " + stopped + "!b -a(shutdown) SUP(gave_up b)");
  }
}

}  // namespace ninelives::supervisor::test
