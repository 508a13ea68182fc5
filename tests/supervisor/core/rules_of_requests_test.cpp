// OTP's supervisor, rule by rule: what it answers. The numbers are those of docs/otp-conformance.md.
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

constexpr std::array strategies{Strategy::one_for_one, Strategy::rest_for_one, Strategy::one_for_all};

}  // namespace

TEST_CASE("S20 start_child appends the child as the last in start order", "[core][otp]") {
  for (const Strategy strategy : strategies) {
    Play play({.strategy = strategy, .children = permanents(2)});
    play.boots();
    CHECK(play.start_child(permanent("c")) == "started");
    CHECK(play.children() == "c:present b:present a:present");
    play.is_told_to_stop();
    CHECK(play.story() == "+a +b +c -c(shutdown) -b(shutdown) -a(shutdown) SUP(stopped)");
  }
}

TEST_CASE("S20 start_child of an id that is there is refused, by whether it runs", "[core][otp]") {
  Play play(permanents(1));
  play.boots();
  CHECK(play.start_child(permanent("a")) == "already_started");
  CHECK(play.terminate_child("a") == "ok");
  CHECK(play.start_child(permanent("a")) == "already_present");
}

TEST_CASE("S20 a start_child that fails leaves no spec, is not tried again and touches nobody",
          "[core][otp]") {
  for (const Strategy strategy : strategies) {
    for (const Start failure : {Start::fails, Start::fails_to_launch}) {
      Play play({.strategy = strategy, .intensity = 0, .children = permanents(1)});
      play.boots();
      play.next_starts("b", {failure});
      CHECK(play.start_child(permanent("b")) == "start_failed");
      play.passes(1h);
      CHECK(play.story() == "+a !b");
      CHECK(play.children() == "a:present");
      CHECK(play.reports().empty());
      CHECK(play.start_child(permanent("b")) == "started");
    }
  }
}

TEST_CASE("S21 terminate_child answers ok when the child has ended, or had before", "[core][otp]") {
  Play play(permanents(2));
  play.boots();
  play.is_deaf("a");
  CHECK(play.terminate_child("a").empty());
  CHECK(play.terminate_child("a").empty());
  play.exits("a", Ending::shutdown);
  CHECK(play.late_answers() == "ok ok");
  CHECK(play.terminate_child("a") == "ok");
  CHECK(play.terminate_child("nobody") == "not_found");
  CHECK(play.children() == "b:present a:undefined");
}

TEST_CASE("S21 only a dynamic supervisor knows its children by their processes", "[core][otp]") {
  Play play(permanents(1));
  play.boots();
  CHECK(play.terminate_child(play.process("a"), "") == "not_found");
  CHECK(play.children() == "a:present");
}

TEST_CASE("S22 delete_child removes a child that is down, and stops none", "[core][otp]") {
  Play play(permanents(2));
  play.boots();
  CHECK(play.delete_child("a") == "running");
  CHECK(play.delete_child("nobody") == "not_found");
  play.terminate_child("a");
  CHECK(play.delete_child("a") == "ok");
  CHECK(play.delete_child("a") == "not_found");
  CHECK(play.children() == "b:present");
}

TEST_CASE("S23 restart_child starts a child that is down, in its place", "[core][otp]") {
  for (const Strategy strategy : strategies) {
    Play play({.strategy = strategy, .children = permanents(3)});
    play.boots();
    CHECK(play.restart_child("b") == "running");
    CHECK(play.restart_child("nobody") == "not_found");
    play.terminate_child("b");
    CHECK(play.restart_child("b") == "started");
    CHECK(play.children() == "c:present b:present a:present");
  }
}

TEST_CASE("S23 a restart_child that fails leaves the child down and is not tried again", "[core][otp]") {
  Play play({.intensity = 0, .children = permanents(1)});
  play.boots();
  play.terminate_child("a");
  play.next_starts("a", {Start::fails});
  CHECK(play.restart_child("a") == "start_failed");
  play.passes(1h);
  CHECK(play.story() == "+a -a(shutdown) !a");
  CHECK(play.children() == "a:undefined");
}

TEST_CASE("S24 which_children has the last started first, and tells who is up, down or restarting",
          "[core][otp]") {
  Play play(permanents(3));
  play.boots();
  play.terminate_child("a");
  play.next_starts("b", {Start::fails});
  play.crashes("b");
  CHECK(play.children() == "c:present b:restarting a:undefined");
}

TEST_CASE("S25 count_children counts specs by type, dead or alive, and processes", "[core][otp]") {
  Play play({permanent("a"), permanent("b"), subtree("s", {.children = {}}), subtree("t", {.children = {}})});
  play.boots();
  CHECK(play.counts() == "4 4 2 2");
  play.terminate_child("a");
  play.terminate_child("s");
  CHECK(play.counts() == "4 2 2 2");
  play.next_starts("b", {Start::fails});
  play.crashes("b");
  CHECK(play.counts() == "4 1 2 2");
}

TEST_CASE("S26 get_childspec tells the spec of a child, running or not", "[core][otp]") {
  Play play({permanent("a"), transient("b")});
  play.boots();
  play.terminate_child("b");
  CHECK(play.supervisor().get_childspec("a")->restart == Restart::permanent);
  CHECK(play.supervisor().get_childspec("b")->restart == Restart::transient);
  CHECK(play.supervisor().get_childspec("nobody") == nullptr);
}

TEST_CASE(
    "S28 a changed spec merges: known ids keep their processes, new ones are down, the others come last",
    "[core][otp]") {
  Play play({permanent("a"), permanent("b"), permanent("c")});
  play.boots();
  const ProcessRef a = play.process("a");
  CHECK(play.change_spec({.children = {permanent("d"), transient("c"), permanent("a")}}) == "ok");
  CHECK(play.children() == "b:present a:present c:present d:undefined");
  CHECK(play.process("a").life == a.life);
  CHECK(play.supervisor().get_childspec("c")->restart == Restart::transient);
  CHECK(play.restart_child("d") == "started");
}

TEST_CASE("S28 changed restart types and shutdowns are those of running children at once", "[core][otp]") {
  Play play(permanents(2));
  play.boots();
  CHECK(play.change_spec({.children = {temporary("a"), stopped_by(brutal_kill, permanent("b"))}}) == "ok");
  play.crashes("a");
  CHECK(play.children() == "b:present");
  CHECK(play.terminate_child("b") == "ok");
  CHECK(play.story() == "+a +b *a(abnormal) -b(killed)");
}

}  // namespace ninelives::supervisor::test
