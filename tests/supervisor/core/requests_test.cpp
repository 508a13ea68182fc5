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

// As OTP does: only where it is new is a temporary child with nothing to do forgotten.
TEST_CASE("A temporary child that ignores its restart_child stays there", "[core]") {
  Tree tree({permanent("a")});
  tree.booted();
  tree.step(ChangeSpec{1, {.children = {permanent("a"), temporary("b")}}});
  tree.step(RestartChild{2, "b"});
  CHECK(tree.step(Exited{1, 1, Ending::ignored}) == Lines{"reply 2 ignored", "1/1 stopped"});
}

}  // namespace ninelives::supervisor::test
