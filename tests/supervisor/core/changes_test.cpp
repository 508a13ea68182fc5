// What a changed spec means for children and for what is under way, step by step.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/supervisor/core/tree.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

namespace {

SupervisorSpec all_of(std::vector<ChildSpec> children) {
  return {.strategy = Strategy::one_for_all, .children = std::move(children)};
}

}  // namespace

TEST_CASE("A temporary child without a process is removed by the restart of its group", "[core]") {
  Tree tree(all_of({permanent("a")}));
  tree.booted();
  tree.step(ChangeSpec{1, all_of({permanent("a"), temporary("b")})});
  CHECK(tree.does(crash(0, 1)) == Lines{"0/1 restarting", "1/0 gone", "0/2 starting", "launch 0/2"});
  CHECK(tree.step(DeleteChild{2, "b"}) == Lines{"reply 2 not_found"});
}

TEST_CASE("A child that was made temporary while it is restarted is removed by the restart of its group",
          "[core]") {
  Tree tree(all_of({permanent("a"), permanent("b")}));
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(shut_down(1, 1));
  tree.step(LaunchFailed{0, 2});
  tree.step(ChangeSpec{1, all_of({delayed_by({.first = 1s}, temporary("a")), permanent("b")})});
  CHECK(tree.does(Tick{}) == Lines{"0/2 gone", "1/1 restarting", "1/2 starting", "launch 1/2"});
  CHECK(tree->next_deadline() == std::nullopt);
}

TEST_CASE("A changed template is that of the present children too, which keep their arguments", "[core]") {
  ChildSpec child = permanent("a");
  Tree tree(simple(child));
  child.command.emplace_back("--fast");
  tree.step(Boot{});
  tree.step(StartChild{1, child});
  tree.step(Ready{0, 1});
  ChildSpec other = temporary("a");
  other.command = {"./other", "--new"};
  CHECK(tree.step(ChangeSpec{2, simple(other)}) == Lines{"reply 2 ok"});
  CHECK(tree->child_spec(0).command == Lines{"./other", "--new", "--fast"});
  CHECK(tree.does(crash(0, 1)) == Lines{"0/1 gone"});
}

}  // namespace ninelives::supervisor::test
