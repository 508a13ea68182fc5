// Restarts, of single children and of groups, step by step.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/supervisor/core/tree.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

// As under OTP, which reads the EXIT of each child that it stops.
TEST_CASE("The end of a significant child that the restart of its group was the first to see ends nothing",
          "[core]") {
  for (const Restart restart : {Restart::transient, Restart::temporary}) {
    Tree tree({.strategy = Strategy::one_for_all,
               .auto_shutdown = AutoShutdown::any_significant,
               .children = {permanent("a"), significant(worker("s", restart))}});
    tree.booted();
    tree.step(StartChild{1, permanent("c")});
    tree.step(crash(0, 1));
    tree.step(Exited{1, 1, Ending::normal});
    tree.step(Ready{2, 1});
    tree.step(shut_down(2, 1));
    tree.step(LaunchFailed{0, 2});
    CHECK(tree->phase() == Phase::running);
    CHECK(tree->next_deadline() == tree.now);
  }
}

TEST_CASE("The end of a significant child before the group that is restarted ends the supervisor", "[core]") {
  Tree tree({.strategy = Strategy::rest_for_one,
             .auto_shutdown = AutoShutdown::any_significant,
             .children = {significant(temporary("s")), permanent("a")}});
  tree.booted();
  tree.step(StartChild{1, permanent("c")});
  tree.step(crash(1, 1));
  tree.step(Exited{0, 1, Ending::normal});
  tree.step(Ready{2, 1});
  tree.step(shut_down(2, 1));
  tree.step(Ready{1, 2});
  CHECK(tree.does(Ready{2, 2}) == Lines{"2/2 running", "2/2 stopping", "ask_to_stop 2/2"});
}

}  // namespace ninelives::supervisor::test
