// Elixir's dynamic_supervisor_test, as far as the core decides it: the cases of "start_child", "terminate"
// and "terminate_child". Each is written down step by step, as Elixir is no package that could be asked.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/supervisor/core/tree.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

namespace {

constexpr Ending abnormal = Ending::abnormal;

// A dynamic supervisor with that child, which runs in its first life.
Tree with(const ChildSpec& child, unsigned intensity = 3) {
  Tree tree(dynamic(intensity));
  tree.step(Boot{});
  tree.step(StartChild{1, child});
  tree.step(Ready{0, 1});
  return tree;
}

Lines restarted(Life next) {
  const std::string before = "0/" + std::to_string(next - 1);
  const std::string after = "0/" + std::to_string(next);
  return {before + " restarting", after + " starting", "launch " + after};
}

std::string process(const Tree& tree) {
  const auto children = tree->which_children();
  if (children.empty()) return "none";
  return children.front().process == ChildView::Process::restarting ? "restarting" : "present";
}

// All are asked at once; then they end.
Lines stop_all(Tree& tree) { return tree.does(StopAll{}); }

}  // namespace

TEST_CASE("dynamic: a temporary child is never restarted", "[core]") {
  for (const Ending ending : {Ending::normal, Ending::shutdown, Ending::shutdown_with_text, abnormal}) {
    Tree tree = with(temporary("a"));
    CHECK(tree.does(Exited{0, 1, ending}) == Lines{"0/1 gone"});
    CHECK(tree->count_children() == Counts{});
  }
}

TEST_CASE("dynamic: a transient child is restarted unless it ends with normal or shutdown", "[core]") {
  for (const Ending ending : {Ending::normal, Ending::shutdown, Ending::shutdown_with_text}) {
    CHECK(with(transient("a")).does(Exited{0, 1, ending}) == Lines{"0/1 gone"});
  }
  for (const Ending ending : {Ending::killed, abnormal}) {
    CHECK(with(transient("a")).does(Exited{0, 1, ending}) == restarted(2));
  }
}

TEST_CASE("dynamic: a permanent child is always restarted", "[core]") {
  for (const Ending ending :
       {Ending::normal, Ending::shutdown, Ending::shutdown_with_text, Ending::killed, abnormal}) {
    CHECK(with(permanent("a")).does(Exited{0, 1, ending}) == restarted(2));
  }
}

TEST_CASE("dynamic: a restart may succeed, be ignored or fail", "[core]") {
  Tree ignored = with(permanent("a"));
  ignored.step(crash(0, 1));
  CHECK(ignored.does(Exited{0, 2, Ending::ignored}) == Lines{"0/2 gone"});
  CHECK(ignored->count_children() == Counts{});

  Tree failed = with(permanent("a"));
  failed.step(crash(0, 1));
  CHECK(failed.does(crash(0, 2)) == Lines{"0/2 restarting"});
  CHECK(process(failed) == "restarting");
  CHECK(failed->count_children() == Counts{.specs = 1, .active = 0, .workers = 1});
  CHECK(failed.does(Tick{}) == Lines{"0/3 starting", "launch 0/3"});
  failed.step(Ready{0, 3});
  CHECK(process(failed) == "present");
}

TEST_CASE("dynamic: a child that is being restarted counts in max_children", "[core]") {
  SupervisorSpec spec = dynamic();
  spec.max_children = 1;
  Tree tree(spec);
  tree.step(Boot{});
  tree.step(StartChild{1, permanent("a")});
  tree.step(Ready{0, 1});
  tree.step(crash(0, 1));
  tree.step(crash(0, 2));
  CHECK(process(tree) == "restarting");
  CHECK(tree.step(StartChild{2, permanent("b")}) == Lines{"reply 2 max_children"});
  CHECK(tree.does(TerminateChild{3, ProcessRef{0, 1}}) == Lines{"0/2 gone", "reply 3 ok"});
  CHECK(tree.does(StartChild{4, permanent("b")}) == Lines{"added 1", "1/1 starting", "launch 1/1"});
}

TEST_CASE("dynamic: with max_children 0 no child is started", "[core]") {
  SupervisorSpec spec = dynamic();
  spec.max_children = 0;
  Tree tree(spec);
  tree.step(Boot{});
  CHECK(tree.step(StartChild{1, permanent("a")}) == Lines{"reply 1 max_children"});
}

TEST_CASE("dynamic: one restart too many is the end", "[core]") {
  Tree tree = with(permanent("a"), 1);
  tree.step(crash(0, 1));
  tree.step(Ready{0, 2});
  CHECK(tree.does(crash(0, 2)) == Lines{"0/2 gone", "finished: gave_up 0"});
}

TEST_CASE("dynamic: attempts that fail are charged, and one too many is the end", "[core]") {
  Tree tree = with(permanent("a"), 10);
  tree.step(crash(0, 1));
  for (Life life = 2; life <= 10; ++life) {
    tree.step(crash(0, life));
    CHECK(tree.does(Tick{}).back() == "launch 0/" + std::to_string(life + 1));
  }
  tree.step(crash(0, 11));
  CHECK(tree.does(Tick{}) == Lines{"0/11 gone", "finished: gave_up 0"});
}

TEST_CASE("dynamic: at the end each child is stopped in its own way", "[core]") {
  const auto ended = [](const ChildSpec& child, Ending ending) {
    Tree tree = with(child);
    tree.step(StopAll{});
    return tree.step(Exited{0, 1, ending});
  };
  const Lines in_order{"0/1 gone", "finished: stopped"};
  const Lines reported{"report shutdown_error 0/1", "0/1 gone", "finished: stopped"};

  Tree brutal = with(stopped_by(brutal_kill, permanent("a")));
  CHECK(stop_all(brutal) == Lines{"0/1 stopping", "kill 0/1"});
  CHECK(ended(stopped_by(brutal_kill, permanent("a")), Ending::killed) == in_order);

  CHECK(ended(stopped_by(infinity, permanent("a")), Ending::shutdown) == in_order);
  CHECK(ended(stopped_by(infinity, permanent("a")), abnormal) == reported);
  CHECK(ended(stopped_by(within(1s), permanent("a")), Ending::shutdown) == in_order);
  CHECK(ended(stopped_by(within(1s), permanent("a")), abnormal) == reported);
  CHECK(ended(stopped_by(within(1s), permanent("a")), Ending::normal) == reported);
  CHECK(ended(stopped_by(within(1s), transient("a")), Ending::normal) == in_order);
}

TEST_CASE("dynamic: at the end whoever takes longer than its time is killed", "[core]") {
  Tree tree = with(stopped_by(within(1s), permanent("a")));
  CHECK(stop_all(tree) == Lines{"0/1 stopping", "ask_to_stop 0/1"});
  tree.now += 1s;
  CHECK(tree.does(Tick{}) == Lines{"kill 0/1"});
  CHECK(tree.step(Exited{0, 1, Ending::killed}) ==
        Lines{"report shutdown_error 0/1", "0/1 gone", "finished: stopped"});
}

TEST_CASE("dynamic: at the end all are stopped at once, each with its own time", "[core]") {
  Tree tree = with(stopped_by(within(1s), permanent("a")));
  tree.step(StartChild{2, stopped_by(brutal_kill, permanent("b"))});
  tree.step(Ready{1, 1});
  tree.step(StartChild{3, stopped_by(within(2s), permanent("c"))});
  tree.step(Ready{2, 1});
  CHECK(stop_all(tree) == Lines{"2/1 stopping", "ask_to_stop 2/1", "1/1 stopping", "kill 1/1", "0/1 stopping",
                                "ask_to_stop 0/1"});
  tree.step(Exited{1, 1, Ending::killed});
  tree.now += 1s;
  CHECK(tree.does(Tick{}) == Lines{"kill 0/1"});
  tree.step(Exited{0, 1, Ending::killed});
  CHECK(tree.does(shut_down(2, 1)) == Lines{"2/1 gone", "finished: stopped"});
}

TEST_CASE("dynamic: terminate_child stops in the child's own way, and finds it once", "[core]") {
  Tree brutal = with(stopped_by(brutal_kill, permanent("a")));
  CHECK(brutal.does(TerminateChild{2, ProcessRef{0, 1}}) == Lines{"0/1 stopping", "kill 0/1"});
  CHECK(brutal.does(Exited{0, 1, Ending::killed}) == Lines{"0/1 gone", "reply 2 ok"});
  CHECK(brutal.step(TerminateChild{3, ProcessRef{0, 1}}) == Lines{"reply 3 not_found"});

  Tree timed = with(stopped_by(within(1s), permanent("a")));
  CHECK(timed.does(TerminateChild{2, ProcessRef{0, 1}}) == Lines{"0/1 stopping", "ask_to_stop 0/1"});
  CHECK(timed.does(shut_down(0, 1)) == Lines{"0/1 gone", "reply 2 ok"});
  CHECK(timed->count_children() == Counts{});
}

TEST_CASE("dynamic: a child that is being restarted is terminated by the process that it had", "[core]") {
  Tree tree = with(permanent("a"));
  tree.step(crash(0, 1));
  tree.step(crash(0, 2));
  CHECK(tree.does(TerminateChild{2, ProcessRef{0, 1}}) == Lines{"0/2 gone", "reply 2 ok"});
  CHECK(tree.step(TerminateChild{3, ProcessRef{0, 1}}) == Lines{"reply 3 not_found"});
  CHECK(tree.step(Tick{}).empty());
}

TEST_CASE("dynamic: changed flags hold from now on, also for children that are there", "[core]") {
  Tree tree = with(permanent("a"));
  SupervisorSpec spec = dynamic(0);
  spec.max_children = 1;
  CHECK(tree.step(ChangeSpec{2, spec}) == Lines{"reply 2 ok"});
  CHECK(tree.step(StartChild{3, permanent("b")}) == Lines{"reply 3 max_children"});
  CHECK(tree.does(crash(0, 1)) == Lines{"0/1 gone", "finished: gave_up 0"});
}

TEST_CASE("dynamic: what is of another kind does not change it", "[core]") {
  Tree tree = with(permanent("a"));
  CHECK(tree.step(ChangeSpec{2, SupervisorSpec{.children = permanents(1)}}) == Lines{"reply 2 not_changed"});
  CHECK(tree.step(ChangeSpec{3, simple(permanent("a"))}) == Lines{"reply 3 not_changed"});
  CHECK(tree.does(crash(0, 1)) == restarted(2));
}

TEST_CASE("scale: ten thousand temporary children come and go", "[core]") {
  constexpr ChildNumber count = 10'000;
  Tree tree(simple(temporary("a")));
  tree.step(Boot{});
  for (ChildNumber child = 0; child < count; ++child) {
    tree.step(StartChild{child + 1, temporary("a")});
    tree.step(Ready{child, 1});
  }
  CHECK(tree->count_children() == Counts{.specs = 1, .active = count, .workers = count});
  for (ChildNumber child = 0; child < count; ++child) {
    tree.step(TerminateChild{count + child + 1, ProcessRef{child, 1}});
    REQUIRE(tree.step(shut_down(child, 1)).back() == "reply " + std::to_string(count + child + 1) + " ok");
  }
  CHECK(tree->count_children() == Counts{.specs = 1});
}

TEST_CASE("scale: ten thousand children are started and stopped", "[core]") {
  constexpr ChildNumber count = 10'000;
  std::vector<ChildSpec> children;
  for (ChildNumber child = 0; child < count; ++child) children.push_back(permanent(std::to_string(child)));
  Tree tree(children);
  tree.booted();
  CHECK(tree->count_children() == Counts{.specs = count, .active = count, .workers = count});
  tree.step(StopAll{});
  for (ChildNumber child = count; child > 0; --child) tree.step(shut_down(child - 1, 1));
  CHECK(tree->finished());
}

}  // namespace ninelives::supervisor::test
