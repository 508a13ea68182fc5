#include "tests/relacy/checker.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>

namespace ninelives::test::relacy {
namespace {

constexpr rl::iteration_t executions = 100'000;  // each weakening is found after a small part of that
constexpr rl::iteration_t a_few = 5'000;

std::string describe(const Weakening& weakening) {
  return to_string(weakening.access) + " as " + to_string(weakening.to);
}

}  // namespace

// relacy seeds its random scheduler with the number of the execution: every run is the same.
bool Check::holds(std::vector<Weakening> weakenings, bool tell, rl::iteration_t count) const {
  static std::ostream nowhere(nullptr);
  rl::test_params params;
  params.iteration_count = count;
  params.execution_depth_limit = 10'000;
  params.progress_stream = &nowhere;
  params.output_stream = tell ? &std::cout : &nowhere;
  weaken(std::move(weakenings));
  const bool held = simulate_(params);
  weaken({});
  return held;
}

bool Check::run(const std::vector<Weakening>& spare) const {
  bool fine = true;
  auto expect = [&](bool holds_so, const std::string& otherwise) {
    if (!holds_so) std::cerr << name_ << ": " << otherwise << '\n';
    fine = fine && holds_so;
  };
  expect(holds({}, true, executions), "fails as the code is written");
  expect(holds(spare, true, executions), "fails with the spare orders weakened");
  for (const Weakening& weakening : breaks_) {
    expect(!holds({weakening}, false, executions), "holds, but should not, with " + describe(weakening));
  }
  return fine;
}

std::vector<Access> Check::accesses() const {
  take_seen();
  holds({}, false, a_few);
  return take_seen();
}

void Check::explore() const {
  for (const Access& access : accesses()) {
    std::cerr << to_string(access);
    for (Access now = access; now.order != std::memory_order::relaxed;) {
      now.order = weaker(now);
      const bool held = holds({{access, now.order}}, false, executions);
      std::cerr << "; as " << to_string(now.order) << (held ? " holds" : " fails");
      if (!held) break;
    }
    std::cerr << '\n';
  }
}

bool all_orders_are_known(const std::vector<Check>& checks, const std::vector<Weakening>& spare) {
  std::vector<Weakening> listed = spare;
  std::vector<Access> seen;
  for (const Check& check : checks) {
    std::ranges::copy(check.breaks(), std::back_inserter(listed));
    std::ranges::copy(check.accesses(), std::back_inserter(seen));
  }
  bool fine = true;
  for (const Access& access : seen) {
    if (access.order == std::memory_order::relaxed) continue;
    if (std::ranges::find(listed, access, &Weakening::access) != listed.end()) continue;
    std::cerr << "nothing is known of " << to_string(access) << '\n';
    fine = false;
  }
  for (const Weakening& weakening : listed) {
    if (std::ranges::find(seen, weakening.access) != seen.end()) continue;
    std::cerr << "nobody does " << to_string(weakening.access) << '\n';
    fine = false;
  }
  return fine;
}

}  // namespace ninelives::test::relacy
