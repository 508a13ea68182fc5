// Runs a scenario as the code is written, and then with one of its orders weakened at a time: the orders that
// the protocol relies on are those with which something breaks.
#pragma once
#include <string>
#include <vector>

#include "tests/relacy/scenario.hpp"

namespace ninelives::test::relacy {

class Check {
 public:
  using Simulate = bool (*)(rl::test_params&);

  // `breaks`: with any of these the scenario must fail.
  Check(std::string name, Simulate simulate, std::vector<Weakening> breaks)
      : name_(std::move(name)), simulate_(simulate), breaks_(std::move(breaks)) {}

  const std::string& name() const { return name_; }
  const std::vector<Weakening>& breaks() const { return breaks_; }

  // Says on std::cerr what is wrong. True: the scenario holds as the code is written, and with all of `spare`
  // weakened too; and it fails with any of `breaks`.
  bool run(const std::vector<Weakening>& spare) const;
  // All kinds of accesses that the scenario makes.
  std::vector<Access> accesses() const;
  // Weakens whatever there is and says what that does: for writing the table.
  void explore() const;

 private:
  bool holds(std::vector<Weakening> weakenings, bool tell, rl::iteration_t executions) const;

  std::string name_;
  Simulate simulate_;
  std::vector<Weakening> breaks_;
};

// Every order that the scenarios meet breaks something when it is weakened, or is known to be stronger than
// it need be; and nothing is listed that is in no code. Says on std::cerr what is not so.
bool all_orders_are_known(const std::vector<Check>& checks, const std::vector<Weakening>& spare);

}  // namespace ninelives::test::relacy
