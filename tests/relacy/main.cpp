// tests_relacy SCENARIO...: runs these; `orders` is the one that asks whether all orders are known. Without
// any, says which there are. With --explore first: what weakening does to each of these scenarios.
#include <algorithm>
#include <cstring>
#include <iostream>
#include <span>

#include "tests/relacy/checks.hpp"

namespace ninelives::test::relacy {
namespace {

using Order = std::memory_order;

// Stronger in the code than any scenario needs it.
const std::vector<Weakening> spare = {
    // The padding before that record is committed after it.
    {{Role::commit, Op::store, Order::release}, Order::relaxed},
    // Set before the bit in the summary, which is set by a seq_cst operation.
    {{Role::leaf, Op::fetch_or, Order::seq_cst}, Order::relaxed},
    // The leaf is taken afterwards, and whoever left the summary alone looks at the leaf too.
    {{Role::summary, Op::exchange, Order::seq_cst}, Order::relaxed},
    // start_inc is stored after it and loaded before it.
    {{Role::start_pos, Op::store, Order::release}, Order::relaxed},
    {{Role::start_pos, Op::load, Order::acquire}, Order::relaxed},
    // Stored by a new life for a former one, which reads nothing any more.
    {{Role::released, Op::store, Order::release}, Order::relaxed},
    // So is the row's state.
    {{Role::owner_inc, Op::store, Order::release}, Order::relaxed},
    {{Role::owner_inc, Op::load, Order::acquire}, Order::relaxed},
    {{Role::accept_from, Op::store, Order::release}, Order::relaxed},
    {{Role::accept_from, Op::load, Order::acquire}, Order::relaxed},
};

std::vector<Check> all_checks() {
  std::vector<Check> checks;
  for (auto part : {ring_checks, room_checks, wake_checks, death_checks, call_checks}) {
    for (Check& check : part()) checks.push_back(std::move(check));
  }
  return checks;
}

bool run(const std::vector<Check>& checks, const std::string& name, bool explores) {
  if (name == "orders") return all_orders_are_known(checks, spare);
  const auto found = std::ranges::find(checks, name, &Check::name);
  if (found == checks.end()) {
    std::cerr << "no scenario is called " << name << '\n';
    return false;
  }
  if (!explores) return found->run(spare);
  found->explore();
  return true;
}

}  // namespace
}  // namespace ninelives::test::relacy

int main(int argc, char** argv) {
  using namespace ninelives::test::relacy;
  std::span<char*> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
  const std::vector<Check> checks = all_checks();
  const bool explores = !arguments.empty() && std::strcmp(arguments.front(), "--explore") == 0;
  if (explores) arguments = arguments.subspan(1);
  if (arguments.empty()) {
    for (const Check& check : checks) std::cout << check.name() << '\n';
    std::cout << "orders\n";
    return 2;
  }
  bool fine = true;
  for (const char* name : arguments) fine = run(checks, name, explores) && fine;
  return fine ? 0 : 1;
}
