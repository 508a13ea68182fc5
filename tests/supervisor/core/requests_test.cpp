// What is asked of a supervisor, step by step.
#include <catch2/catch.hpp>

#include "tests/supervisor/core/tree.hpp"

namespace ninelives::supervisor::test {

TEST_CASE("A temporary child that is terminated is removed though it has no process", "[core]") {
  Tree tree({permanent("a")});
  tree.booted();
  tree.step(ChangeSpec{1, {.children = {permanent("a"), temporary("b")}}});
  CHECK(tree.step(TerminateChild{2, "b"}) == Lines{"1/0 gone", "reply 2 ok"});
  CHECK_FALSE(tree->has(1));
}

TEST_CASE("What is asked of a terminated child is answered though its group is restarted meanwhile",
          "[core]") {
  Tree tree({.strategy = Strategy::one_for_all, .children = permanents(2)});
  tree.booted();
  tree.step(TerminateChild{1, "b"});
  CHECK(tree.step(RestartChild{2, "b"}).empty());
  tree.step(crash(0, 1));
  CHECK(tree.step(shut_down(1, 1)) == Lines{"1/1 restarting", "reply 1 ok", "0/2 starting", "launch 0/2"});
  tree.step(Ready{0, 2});
  CHECK(tree.does(Ready{1, 2}) == Lines{"1/2 running", "reply 2 running"});
}

// As OTP does: only where it is new is a temporary child with nothing to do forgotten.
TEST_CASE("A temporary child that ignores its restart_child stays there", "[core]") {
  Tree tree({permanent("a")});
  tree.booted();
  tree.step(ChangeSpec{1, {.children = {permanent("a"), temporary("b")}}});
  tree.step(RestartChild{2, "b"});
  CHECK(tree.step(Exited{1, 1, Ending::ignored}) == Lines{"1/1 stopped", "reply 2 ignored"});
}

TEST_CASE("A template is found by its id, by each of its children and by whatever process is dead",
          "[core]") {
  Tree tree({.strategy = Strategy::simple_one_for_one, .children = {permanent("w")}});
  tree.booted();
  tree.step(StartChild{1, permanent("w")});
  tree.step(Ready{0, 1});
  const ChildSpec* found = &tree->spec().children.front();
  CHECK(tree->get_childspec("w") == found);
  CHECK(tree->get_childspec("nobody") == nullptr);
  CHECK(tree->get_childspec(ProcessRef{0, 1}) == found);
  CHECK(tree->get_childspec(ProcessRef{7, 1}) == found);
  CHECK(tree->get_childspec(Stranger{.is_alive = false}) == found);
  CHECK(tree->get_childspec(Stranger{.is_alive = true}) == nullptr);
}

TEST_CASE("A stop takes down dynamic children that await a restart, wherever they are", "[core]") {
  Tree tree({.strategy = Strategy::simple_one_for_one, .children = {permanent("w")}});
  tree.booted();
  for (const ChildNumber child : {ChildNumber{0}, ChildNumber{1}}) {
    tree.step(StartChild{child, permanent("w")});
    tree.step(Ready{child, 1});
    tree.step(crash(child, 1));
    tree.step(LaunchFailed{child, 2});
  }
  CHECK(tree.step(StopAll{}) == Lines{"1/2 gone", "0/2 gone", "finished: stopped"});
}

}  // namespace ninelives::supervisor::test
