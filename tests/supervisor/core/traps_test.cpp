// The behaviours of OTP's supervisors that are most easily got wrong, one test each. The numbers are those of
// docs/otp-conformance.md.
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

SupervisorSpec under(Strategy strategy, std::vector<ChildSpec> children, unsigned intensity = 9) {
  return {.strategy = strategy, .intensity = intensity, .children = std::move(children)};
}

}  // namespace

// Our clock counts nanoseconds where OTP's counts whole seconds; the rest is the same.
TEST_CASE("Trap 1 the intensity's window is inclusive: N restarts are allowed, N + 1 are fatal",
          "[core][otp]") {
  struct Row {
    std::chrono::nanoseconds second_crash;
    bool is_fatal;
  };
  for (const Row& row :
       {Row{0s, true}, Row{1s - 1ns, true}, Row{1s, true}, Row{1s + 1ns, false}, Row{2s, false}}) {
    Play play({.intensity = 1, .period = 1s, .children = permanents(1)});
    play.boots();
    play.crashes("a");
    play.passes(row.second_crash);
    play.crashes("a");
    CHECK(play.is_finished() == row.is_fatal);
  }
  Play none(under(Strategy::one_for_one, permanents(1), 0));
  none.boots();
  none.crashes("a");
  CHECK(none.story() == "+a *a(abnormal) SUP(gave_up a)");
  Play two(under(Strategy::one_for_one, permanents(1), 2));
  two.boots();
  two.story();
  for (int crash = 0; crash < 3; ++crash) two.crashes("a");
  CHECK(two.story() == "*a(abnormal) +a *a(abnormal) +a *a(abnormal) SUP(gave_up a)");
}

TEST_CASE("Trap 2 failed restarts are charged: there are as many attempts as the intensity says",
          "[core][otp]") {
  Play play(under(Strategy::one_for_one, permanents(2), 4));
  play.boots();
  play.story();
  play.never_starts("a");
  play.crashes("a");
  play.passes(0s);
  CHECK(play.story() == "*a(abnormal) !a !a !a !a -b(shutdown) SUP(gave_up a)");
}

TEST_CASE("Trap 3 a failed boot is no restart: one attempt, no charge", "[core][otp]") {
  Play play(under(Strategy::rest_for_one, permanents(3)));
  play.never_starts("c");
  play.boots();
  CHECK(play.story() == "+a +b !c -b(shutdown) -a(shutdown) SUP(failed_to_start c)");
}

TEST_CASE("Trap 3 to a parent that restarts it, a failed boot is a failed restart, charged and tried again",
          "[core][otp]") {
  const SupervisorSpec broken = under(Strategy::rest_for_one, {permanent("x"), permanent("y")}, 0);
  Play play(under(Strategy::one_for_one, {subtree("s", broken)}, 2));
  play.boots();
  CHECK(play.story() == "+x +y +s");
  play.never_starts("y");
  play.crashes("s/y");
  CHECK(play.story() == "*y(abnormal) -x(shutdown) *s(shutdown) +x !y -x(shutdown) !s");
  play.ticks();
  CHECK(play.story() == "+x !y -x(shutdown) !s");
  play.ticks();
  CHECK(play.story() == "SUP(gave_up s)");
}

TEST_CASE("Trap 4 one_for_all: a sibling that fails in the restart brings the fresh ones down again",
          "[core][otp]") {
  Play play(under(Strategy::one_for_all, permanents(2), 3));
  play.boots();
  play.story();
  play.next_starts("b", {Start::fails});
  play.crashes("a");
  CHECK(play.story() == "*a(abnormal) -b(shutdown) +a !b");
  CHECK(play.children() == "b:restarting a:present");
  play.ticks();
  CHECK(play.story() == "-a(shutdown) +a +b");
  play.crashes("a");  // the third charge
  CHECK_FALSE(play.is_finished());
  play.crashes("a");
  CHECK(play.is_finished());
}

TEST_CASE("Trap 5 rest_for_one: it is tried again from the child that failed, not from the one that crashed",
          "[core][otp]") {
  Play play(under(Strategy::rest_for_one, permanents(3)));
  play.boots();
  play.story();
  play.next_starts("b", {Start::fails});
  play.crashes("a");
  CHECK(play.story() == "*a(abnormal) -c(shutdown) -b(shutdown) +a !b");
  CHECK(play.children() == "c:undefined b:restarting a:present");
  const ProcessRef a = play.process("a");
  play.ticks();
  CHECK(play.story() == "+b +c");
  CHECK(play.process("a").life == a.life);
}

TEST_CASE("Trap 6 the restart of a group revives children that were down on purpose", "[core][otp]") {
  Play all(under(Strategy::one_for_all, {permanent("a"), transient("t"), permanent("x"), permanent("i")}));
  all.next_starts("i", {Start::ignores});
  all.boots();
  all.exits("t", Ending::normal);
  all.terminate_child("x");
  CHECK(all.children() == "i:undefined x:undefined t:undefined a:present");
  all.crashes("a");
  CHECK(all.children() == "i:present x:present t:present a:present");

  Play rest(under(Strategy::rest_for_one, {permanent("x"), permanent("a"), permanent("y"), permanent("z")}));
  rest.boots();
  for (const char* id : {"x", "y", "z"}) rest.terminate_child(id);
  rest.delete_child("z");
  rest.crashes("a");
  CHECK(rest.children() == "y:present a:present x:undefined");
}

TEST_CASE(
    "Trap 7 temporary children are never charged, never restarted, and lost when their group is restarted",
    "[core][otp]") {
  Play play(under(Strategy::one_for_all, {permanent("a"), temporary("p"), permanent("b")}, 1));
  play.boots();
  for (int crash = 0; crash < 10; ++crash) {
    play.crashes("p");
    CHECK(play.children() == "b:present a:present");
    CHECK(play.start_child(temporary("p")) == "started");
  }
  play.story();
  play.crashes("a");
  CHECK(play.story() == "*a(abnormal) -p(shutdown) -b(shutdown) +a +b");
  CHECK(play.children() == "b:present a:present");
  CHECK(play.start_child(temporary("p")) == "started");
}

TEST_CASE("Trap 8 deaths at the same moment: one charge for a group, one for each single child",
          "[core][otp]") {
  Play group(under(Strategy::one_for_all, permanents(3), 1));
  group.boots();
  group.story();
  group.exits_during("a", Ending::abnormal, "b", Ending::abnormal, 0);
  CHECK(group.story() == "*a(abnormal) *b(abnormal) -c(shutdown) +a +b +c");
  CHECK(group.reports() == "child_terminated:a shutdown_error:b");
  group.passes(1h);
  CHECK(group.story().empty());

  Play single(under(Strategy::one_for_one, permanents(3), 1));
  single.boots();
  single.exits_during("a", Ending::abnormal, "b", Ending::abnormal, 0);
  CHECK(single.is_finished());
}

TEST_CASE("Trap 9 `restarting` is a state with answers of its own, and can be cancelled", "[core][otp]") {
  Play play(under(Strategy::rest_for_one, permanents(3)));
  play.boots();
  play.never_starts("b");
  play.crashes("b");
  CHECK(play.children() == "c:undefined b:restarting a:present");
  CHECK(play.start_child(permanent("b")) == "already_present");
  CHECK(play.restart_child("b") == "restarting");
  CHECK(play.delete_child("b") == "restarting");
  CHECK(play.counts() == "3 1 0 3");
  play.story();
  CHECK(play.terminate_child("b") == "ok");
  play.starts_again("b");
  play.passes(1h);
  CHECK(play.story().empty());
  CHECK(play.children() == "c:undefined b:undefined a:present");
  CHECK(play.restart_child("b") == "started");
  CHECK(play.children() == "c:undefined b:present a:present");
  CHECK(play.restart_child("c") == "started");
}

TEST_CASE("Trap 10 giving up looks like a clean exit to the parent", "[core][otp]") {
  const SupervisorSpec hopeless = under(Strategy::one_for_one, {permanent("x")}, 0);
  Play transient_one(
      under(Strategy::one_for_one, {subtree("s", hopeless, Restart::transient), permanent("w")}, 0));
  transient_one.boots();
  transient_one.story();
  transient_one.crashes("s/x");
  CHECK(transient_one.story() == "*x(abnormal) *s(shutdown)");
  CHECK(transient_one.children() == "w:present s:undefined");
  CHECK(transient_one.reports() == "child_terminated:x shutdown:x");  // nothing of s

  Play permanent_one(under(Strategy::one_for_one, {subtree("s", hopeless), permanent("w")}, 1));
  permanent_one.boots();
  permanent_one.story();
  permanent_one.crashes("s/x");
  CHECK(permanent_one.story() == "*x(abnormal) *s(shutdown) +x +s");
  permanent_one.crashes("s/x");
  CHECK(permanent_one.is_finished());

  Play significant_one(
      {.auto_shutdown = AutoShutdown::any_significant,
       .children = {significant(subtree("s", hopeless, Restart::transient)), permanent("w")}});
  significant_one.boots();
  significant_one.story();
  significant_one.crashes("s/x");
  CHECK(significant_one.story() == "*x(abnormal) *s(shutdown) -w(shutdown) SUP(auto_shutdown s)");
}

TEST_CASE("Trap 11 auto_shutdown reacts to ends of children's own making alone", "[core][otp]") {
  const std::vector<ChildSpec> children{significant(transient("s")), permanent("n"),
                                        significant(transient("t"))};
  const auto play_of = [&](AutoShutdown mode, Strategy strategy) {
    SupervisorSpec spec = under(strategy, children);
    spec.auto_shutdown = mode;
    return spec;
  };
  Play any(play_of(AutoShutdown::any_significant, Strategy::one_for_all));
  any.boots();
  any.terminate_child("s");
  any.crashes("n");
  any.exits("s", Ending::killed);
  CHECK(any.children() == "t:present n:present s:present");
  any.story();
  any.exits("s", Ending::normal);
  CHECK(any.story() == "*s(normal) -t(shutdown) -n(shutdown) SUP(auto_shutdown s)");

  Play all(play_of(AutoShutdown::all_significant, Strategy::one_for_one));
  all.boots();
  all.exits("s", Ending::normal);
  CHECK_FALSE(all.is_finished());
  all.exits("t", Ending::normal);
  CHECK(all.is_finished());

  Play terminated(play_of(AutoShutdown::all_significant, Strategy::one_for_one));
  terminated.boots();
  terminated.terminate_child("s");
  terminated.exits("t", Ending::normal);
  CHECK(terminated.is_finished());
}

TEST_CASE("Trap 13 a supervisor that is killed while it stops is one that has ended, and its parent goes on",
          "[core][otp]") {
  const SupervisorSpec middle = under(Strategy::one_for_one, {permanent("leaf")});
  Play play(under(Strategy::one_for_one, {permanent("a"), stopped_by(within(100ms), subtree("m", middle))}));
  play.boots();
  play.story();
  play.is_deaf("leaf");
  play.is_told_to_stop();
  play.passes(100ms);
  CHECK(play.story() == "-m(killed) -a(shutdown) SUP(stopped)");
  CHECK(play.processes() == 0);
}

TEST_CASE("Trap 13 a supervisor that is killed is started again with fresh children", "[core][otp]") {
  const SupervisorSpec middle = under(Strategy::one_for_one, {permanent("x"), permanent("y")});
  Play play(under(Strategy::one_for_one, {subtree("m", middle)}));
  play.boots();
  play.start_child(permanent("z"), "m");
  play.story();
  play.is_killed("m");
  CHECK(play.story() == "*m(abnormal) +x +y +m");
  CHECK(play.children("m") == "y:present x:present");
  CHECK(play.processes() == 3);
}

TEST_CASE(
    "Trap 19 dynamic children are known by their processes, counted with those that restart, stopped at once",
    "[core][otp]") {
  SupervisorSpec spec{.intensity = 9, .dynamic = true, .max_children = 1, .children = {}};
  Play limited(spec);
  limited.boots();
  limited.start_child(permanent("a"));
  const ProcessRef a = limited.process("a");
  limited.never_starts("a");
  limited.crashes("a");
  CHECK(limited.counts() == "1 0 0 1");
  CHECK(limited.start_child(permanent("b")) == "max_children");
  CHECK(limited.terminate_child(a, "") == "ok");
  CHECK(limited.terminate_child(a, "") == "not_found");

  Play ten(simple(stopped_by(within(2s), permanent("t"))));
  ten.boots();
  for (int child = 0; child < 10; ++child) {
    const std::string id = "c" + std::to_string(child);
    ten.start_child(stopped_by(within(2s), permanent(id)));
    ten.is_deaf(id);
  }
  ten.is_told_to_stop();
  ten.passes(1s);
  for (int child = 0; child < 9; ++child) ten.exits("c" + std::to_string(child), Ending::shutdown);
  CHECK_FALSE(ten.is_finished());
  ten.story();
  ten.passes(1s);
  CHECK(ten.story() == "-c9(killed) SUP(stopped)");
}

TEST_CASE("Trap a which_children is newest first, restart_child keeps the place, start_child comes last",
          "[core][otp]") {
  Play play(permanents(3));
  play.boots();
  play.terminate_child("b");
  play.restart_child("b");
  play.start_child(permanent("d"));
  CHECK(play.children() == "d:present c:present b:present a:present");
  play.story();
  play.is_told_to_stop();
  CHECK(play.story() == "-d(shutdown) -c(shutdown) -b(shutdown) -a(shutdown) SUP(stopped)");
}

TEST_CASE("Trap b a changed spec keeps what it does not name running, last in order, and starts nothing",
          "[core][otp]") {
  Play play({permanent("c1"), permanent("c2")});
  play.boots();
  CHECK(play.change_spec({.children = {stopped_by(within(1s), permanent("c1")), permanent("c3")}}) == "ok");
  CHECK(play.children() == "c2:present c3:undefined c1:present");
  CHECK(play.restart_child("c3") == "started");
}

TEST_CASE("Trap c a permanent child that exits `normal` is an error, and charged", "[core][otp]") {
  Play play(under(Strategy::one_for_one, permanents(1), 1));
  play.boots();
  play.exits("a", Ending::normal);
  CHECK(play.reports() == "child_terminated:a");
  play.exits("a", Ending::normal);
  CHECK(play.is_finished());
}

TEST_CASE("Trap d a permanent child that answers its stop with `normal` is reported, a transient one is not",
          "[core][otp]") {
  Play play({permanent("a"), transient("b")});
  play.boots();
  play.ends_with("a", Ending::normal);
  play.ends_with("b", Ending::normal);
  play.is_told_to_stop();
  CHECK(play.reports() == "shutdown_error:a");
}

TEST_CASE("Trap h a restart that was cancelled hastens no later one", "[core][otp]") {
  Play play(under(Strategy::one_for_one, {permanent("a"), permanent("b")}));
  play.boots();
  play.next_starts("a", {Start::fails, Start::succeeds, Start::fails});
  play.crashes("a");
  play.terminate_child("a");
  play.restart_child("a");
  play.next_starts("b", {Start::fails});
  play.crashes("b");
  play.crashes("a");
  play.story();
  play.ticks();
  CHECK(play.story() == "+b +a");
}

}  // namespace ninelives::supervisor::test
