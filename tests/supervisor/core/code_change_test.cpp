// supervisor_SUITE's cases of code_change: another spec for a supervisor that runs.
#include <catch2/catch.hpp>
#include <string>

#include "tests/supervisor/core/tree.hpp"

namespace ninelives::supervisor::test {

namespace {

SupervisorSpec of(std::vector<ChildSpec> children, AutoShutdown auto_shutdown = AutoShutdown::never) {
  return {.auto_shutdown = auto_shutdown, .children = std::move(children)};
}

// Two children that may be significant, and one that is not.
SupervisorSpec trio(AutoShutdown auto_shutdown) {
  const bool may_be = auto_shutdown != AutoShutdown::never;
  const auto child = [&](std::string id) {
    ChildSpec spec = transient(std::move(id));
    spec.significant = may_be;
    return spec;
  };
  return of({child("a"), child("b"), permanent("c")}, auto_shutdown);
}

// What the clean ends of a and then b lead to, when the flags have been changed before: "1" and "2" say after
// which of them the supervisor ends, "-" that it goes on.
std::string ends_after(AutoShutdown before, AutoShutdown after) {
  Tree tree(trio(before));
  tree.booted();
  tree.step(ChangeSpec{1, trio(after)});
  tree.step(Exited{0, 1, Ending::normal});
  if (tree->phase() == Phase::stopping) return "1";
  tree.step(Exited{1, 1, Ending::normal});
  return tree->phase() == Phase::stopping ? "2" : "-";
}

std::string ids(const Tree& tree) {
  std::string text;
  for (const ChildView& child : tree->which_children()) {
    text += child.id + (child.process == ChildView::Process::present ? "+ " : "- ");
  }
  return text;
}

constexpr auto never = AutoShutdown::never;
constexpr auto any = AutoShutdown::any_significant;
constexpr auto all = AutoShutdown::all_significant;

}  // namespace

TEST_CASE("code_change: auto_shutdown is that of the new flags", "[core]") {
  CHECK(ends_after(never, any) == "1");
  CHECK(ends_after(any, never) == "-");
  CHECK(ends_after(never, all) == "2");
  CHECK(ends_after(all, never) == "-");
  CHECK(ends_after(any, all) == "2");
  CHECK(ends_after(all, any) == "1");
}

TEST_CASE("code_change: a child is significant if its new spec says so", "[core]") {
  for (const bool becomes : {true, false}) {
    const auto child = [](bool is_significant) {
      ChildSpec spec = transient("a");
      spec.significant = is_significant;
      return spec;
    };
    Tree tree(of({child(!becomes), permanent("b")}, any));
    tree.booted();
    tree.step(ChangeSpec{1, of({child(becomes), permanent("b")}, any)});
    tree.step(Exited{0, 1, Ending::normal});
    CHECK((tree->phase() == Phase::stopping) == becomes);
  }
}

TEST_CASE("code_change: the flags are replaced, and what was charged stays charged", "[core]") {
  Tree tree(of(permanents(1)));
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(Ready{0, 2});
  SupervisorSpec stricter = of(permanents(1));
  stricter.intensity = 1;
  CHECK(tree.step(ChangeSpec{1, stricter}) == Lines{"reply 1 ok"});
  CHECK(tree.does(crash(0, 2)).back() == "finished: gave_up 0");
}

TEST_CASE("code_change: specs are merged, what is new is not started, what is missing stays, and comes last",
          "[core]") {
  Tree tree(of({permanent("child1"), permanent("child2")}));
  tree.booted();
  CHECK(tree.step(ChangeSpec{1, of({transient("child1"), permanent("child3")})}) ==
        Lines{"added 2", "reply 1 ok"});
  CHECK(ids(tree) == "child2+ child3- child1+ ");
  CHECK(tree.does(Exited{0, 1, Ending::normal}) == Lines{"0/1 stopped"});  // it is transient now
  CHECK(tree.does(RestartChild{2, "child3"}) == Lines{"2/1 starting", "launch 2/1"});
  tree.step(Ready{2, 1});
  CHECK(tree.does(StopAll{}) == Lines{"1/1 stopping", "ask_to_stop 1/1"});  // the last in the new order
}

TEST_CASE("code_change: a template is replaced by exactly one other", "[core]") {
  Tree tree(simple(permanent("a")));
  tree.step(Boot{});
  tree.step(StartChild{1, permanent("a")});
  tree.step(Ready{0, 1});
  CHECK(tree.step(ChangeSpec{2, simple(temporary("a"))}) == Lines{"reply 2 ok"});
  CHECK(tree.step(ChangeSpec{3, of(permanents(1))}) == Lines{"reply 3 not_changed"});
  CHECK(tree.does(crash(0, 1)) == Lines{"0/1 gone"});
}

TEST_CASE("partitions are children like others, made from one spec, and as many as ever", "[core]") {
  const auto partitions = [](std::uint32_t number, ChildSpec child) {
    return SupervisorSpec{.partitions = number, .children = {std::move(child)}};
  };
  Tree tree(partitions(3, permanent("")));
  CHECK(tree.does(Boot{}) == Lines{"0/1 starting", "launch 0/1"});
  for (const ChildNumber child : {0U, 1U, 2U}) tree.step(Ready{child, 1});
  CHECK(ids(tree) == "2+ 1+ 0+ ");
  CHECK(tree.does(crash(1, 1)) == Lines{"1/1 restarting", "1/2 starting", "launch 1/2"});

  CHECK(tree.step(ChangeSpec{1, partitions(3, transient(""))}) == Lines{"reply 1 ok"});
  CHECK(tree.does(Exited{0, 1, Ending::normal}) == Lines{"0/1 stopped"});
  CHECK(tree.step(ChangeSpec{2, partitions(4, permanent(""))}) == Lines{"reply 2 not_changed"});
  CHECK(tree.step(ChangeSpec{3, of({permanent("0")})}) == Lines{"reply 3 not_changed"});
}

}  // namespace ninelives::supervisor::test
