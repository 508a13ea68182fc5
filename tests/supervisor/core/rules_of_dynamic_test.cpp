// Children that come and go: simple_one_for_one, rule by rule, and Elixir's DynamicSupervisor, D1 to D9. The
// numbers are those of docs/otp-conformance.md.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/supervisor/core/play.hpp"
#include "tests/supervisor/core/tree.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

using Start = Play::Start;

namespace {

// Boots it, and gives it these children.
void start(Play& play, const std::vector<ChildSpec>& children) {
  play.boots();
  for (const ChildSpec& child : children) CHECK(play.start_child(child) == "started");
  play.story();
}

}  // namespace

TEST_CASE("simple_one_for_one starts nothing at boot, and any number of children of its template",
          "[core][otp]") {
  Play play(simple(permanent("a")));
  play.boots();
  CHECK(play.story().empty());
  CHECK(play.counts() == "1 0 0 0");
  CHECK(play.start_child(permanent("a")) == "started");
  CHECK(play.start_child(permanent("a")) == "started");
  CHECK(play.counts() == "1 2 0 2");
}

TEST_CASE("simple_one_for_one keeps nothing of a start that fails or is ignored", "[core][otp]") {
  Play play(simple(permanent("a")));
  play.boots();
  play.next_starts("a", {Start::fails, Start::fails_to_launch, Start::ignores});
  CHECK(play.start_child(permanent("a")) == "start_failed");
  CHECK(play.start_child(permanent("a")) == "start_failed");
  CHECK(play.start_child(permanent("a")) == "ignored");
  CHECK(play.children().empty());
}

TEST_CASE("simple_one_for_one knows its children by their processes alone", "[core][otp]") {
  Play play(simple(permanent("a")));
  start(play, {permanent("a")});
  const ProcessRef a = play.process("a");
  CHECK(play.terminate_child(ChildName("a"), "") == "simple_one_for_one");
  CHECK(play.restart_child("a") == "simple_one_for_one");
  CHECK(play.delete_child("a") == "simple_one_for_one");
  CHECK(play.terminate_child(Stranger{.is_alive = true}, "") == "not_found");
  CHECK(play.terminate_child(Stranger{.is_alive = false}, "") == "ok");
  CHECK(play.terminate_child(a, "") == "ok");
  CHECK(play.terminate_child(a, "") == "ok");  // it is dead
  CHECK(play.children().empty());
}

TEST_CASE("simple_one_for_one knows a child that is restarted by its last process", "[core][otp]") {
  Play play(simple(permanent("a"), 9));
  start(play, {permanent("a")});
  const ProcessRef a = play.process("a");
  play.next_starts("a", {Start::fails, Start::fails});
  play.crashes("a");
  play.ticks();
  CHECK(play.children() == "a:restarting");
  CHECK(play.counts() == "1 0 0 1");
  CHECK(play.terminate_child(ProcessRef{a.child, a.life + 1}, "") == "ok");  // a stranger, and dead
  CHECK(play.children() == "a:restarting");
  CHECK(play.terminate_child(a, "") == "ok");
  CHECK(play.children().empty());
}

TEST_CASE("simple_one_for_one drops a child whose restart is ignored", "[core][otp]") {
  Play play(simple(permanent("a")));
  start(play, {permanent("a")});
  play.next_starts("a", {Start::ignores});
  play.crashes("a");
  CHECK(play.children().empty());
  play.is_told_to_stop();
  CHECK(play.is_finished());
}

TEST_CASE("D1 each child has a spec of its own, ids mean nothing, and only the child itself is restarted",
          "[core][otp]") {
  Play play(dynamic());
  start(play, {permanent("a"), permanent("a"), transient("b"), temporary("c")});
  CHECK(play.children() == "c:present b:present a:present a:present");
  play.crashes("b");
  CHECK(play.story() == "*b(abnormal) +b");
}

TEST_CASE("D2 start_child answers whether the child runs, had nothing to do, or failed", "[core][otp]") {
  Play play(dynamic());
  play.boots();
  play.next_starts("a", {Start::succeeds, Start::ignores, Start::fails});
  CHECK(play.start_child(permanent("a")) == "started");
  CHECK(play.start_child(permanent("a")) == "ignored");
  CHECK(play.start_child(permanent("a")) == "start_failed");
  CHECK(play.children() == "a:present");
}

TEST_CASE("D3 there are no more than max_children, and one that is restarted counts", "[core][otp]") {
  SupervisorSpec spec = dynamic();
  spec.max_children = 1;
  Play play(spec);
  start(play, {permanent("a")});
  CHECK(play.start_child(permanent("b")) == "max_children");
  play.next_starts("a", {Start::fails});
  play.crashes("a");
  CHECK(play.children() == "a:restarting");
  CHECK(play.start_child(permanent("b")) == "max_children");
  CHECK(play.terminate_child("a") == "ok");
  CHECK(play.start_child(permanent("b")) == "started");
}

TEST_CASE("D4 what is put before the arguments of a child is what the spec says now, at a restart too",
          "[core][otp]") {
  SupervisorSpec spec = dynamic();
  spec.extra_arguments = {"--old"};
  Play play(spec);
  start(play, {permanent("a")});
  CHECK(play.supervisor().spec().extra_arguments == Lines{"--old"});
  spec.extra_arguments = {"--new"};
  CHECK(play.change_spec(spec) == "ok");
  play.crashes("a");
  CHECK(play.supervisor().spec().extra_arguments == Lines{"--new"});
}

TEST_CASE("D5 a restart is charged, tried again if it fails, and drops the child if it is ignored",
          "[core][otp]") {
  Play play(dynamic(2));
  start(play, {permanent("a"), permanent("b")});
  play.next_starts("a", {Start::ignores});
  play.crashes("a");
  CHECK(play.children() == "b:present");
  play.next_starts("b", {Start::fails, Start::fails});
  play.crashes("b");
  play.ticks();
  CHECK(play.story() == "*a(abnormal) ~a *b(abnormal) !b SUP(gave_up b)");
}

TEST_CASE("D6 terminate_child removes the child, a permanent one too, and knows it by its process",
          "[core][otp]") {
  Play play(dynamic());
  start(play, {permanent("a"), permanent("b")});
  const ProcessRef a = play.process("a");
  const ProcessRef b = play.process("b");
  CHECK(play.terminate_child(a, "") == "ok");
  CHECK(play.terminate_child(a, "") == "not_found");
  CHECK(play.terminate_child(Stranger{.is_alive = false}, "") == "not_found");
  CHECK(play.terminate_child(Stranger{.is_alive = true}, "") == "not_found");
  play.next_starts("b", {Start::fails});
  play.crashes("b");
  CHECK(play.terminate_child(b, "") == "ok");
  CHECK(play.children().empty());
}

TEST_CASE("D7 a dynamic supervisor asks all children at once, and each has its own time", "[core][otp]") {
  for (const SupervisorSpec& spec : {dynamic(), simple(permanent("a"))}) {
    Play play(spec);
    start(play, {stopped_by(within(1s), permanent("a")), stopped_by(within(2s), permanent("b")),
                 stopped_by(infinity, permanent("c")), stopped_by(brutal_kill, permanent("d"))});
    for (const char* id : {"a", "b", "c"}) play.is_deaf(id);
    play.is_told_to_stop();
    CHECK(play.story() == "-d(killed)");
    play.passes(1s);
    CHECK(play.story() == "-a(killed)");
    play.passes(1s);
    CHECK(play.story() == "-b(killed)");
    play.exits("c", Ending::shutdown);
    CHECK(play.story() == "-c(shutdown) SUP(stopped)");
  }
}

TEST_CASE("D8 count_children counts children, whether they run or are restarted", "[core][otp]") {
  Play play(dynamic());
  start(play, {permanent("a"), permanent("b"), subtree("s", {.children = {}})});
  play.next_starts("a", {Start::fails});
  play.crashes("a");
  CHECK(play.children() == "s:present b:present a:restarting");
  CHECK(play.counts() == "3 2 1 2");
}

TEST_CASE("D9 a spec that says nothing permits three restarts in five seconds, and any number of children",
          "[core][otp]") {
  const SupervisorSpec spec{.dynamic = true, .children = {}};
  CHECK(spec.intensity == 3);
  CHECK(spec.period == 5s);
  CHECK(spec.max_children == std::nullopt);
  CHECK(spec.extra_arguments.empty());
}

TEST_CASE("A dynamic supervisor that gives up stops all others at once", "[core][otp]") {
  for (const SupervisorSpec& spec : {dynamic(0), simple(permanent("a"), 0)}) {
    Tree tree(spec);
    tree.step(Boot{});
    for (ChildNumber child = 0; child < 3; ++child) {
      tree.step(StartChild{child, permanent("a")});
      tree.step(Ready{child, 1});
    }
    CHECK(tree.does(crash(1, 1)) ==
          Lines{"1/1 gone", "2/1 stopping", "ask_to_stop 2/1", "0/1 stopping", "ask_to_stop 0/1"});
  }
}

}  // namespace ninelives::supervisor::test
