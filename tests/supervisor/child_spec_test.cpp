#include "supervisor/core/child_spec.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/supervisor/core_tree.hpp"

using namespace std::chrono_literals;
using namespace ninelives::supervisor;
using namespace ninelives::supervisor::test;

TEST_CASE("A spec without faults passes the check", "[supervisor]") {
  CHECK(check({.children = permanent(3)}).empty());
  CHECK(check({.intensity = 0, .period = 1ns, .children = {}}).empty());
  CHECK(check({.children = {{.id = "a", .shutdown = within(0ns)}, {.id = "b", .shutdown = brutal_kill}}})
            .empty());
}

TEST_CASE("The check of a spec names every fault at once", "[supervisor]") {
  const SupervisorSpec spec{
      .period = 0s,
      .children = {{.id = "a"}, {.id = ""}, {.id = "a"}, {.id = "d", .shutdown = within(-1ns)}, {.id = "a"}}};
  CHECK(check(spec) ==
        Lines{"the period is 0 ns: it must be longer than 0",
              "child 2 has an empty id: every child needs a name",
              "child 3 has the id \"a\", which child 1 has already: every child needs one of its own",
              "child 5 has the id \"a\", which child 1 has already: every child needs one of its own",
              "child 4 (\"d\") has a shutdown time of -1 ns: it must be 0 or longer"});
}
