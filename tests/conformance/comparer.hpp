#pragma once
#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "tests/conformance/comparison.hpp"
#include "tests/conformance/differences.hpp"
#include "tests/conformance/scenario.hpp"

namespace ninelives::conformance {

// Compares scenarios by the thousand, keeps what differs, and tells of it. Throws if there is no oracle.
class Comparer {
 public:
  Comparer(std::filesystem::path oracle, std::ostream& out) : oracle_(std::move(oracle)), out_(out) {}

  void compare(const std::vector<Scenario>& scenarios);
  // Both traces of each, whether they differ or not.
  void print(const std::vector<Scenario>& scenarios);

  // What was compared; what differs, the smallest as it is and as small as it can be made. True: nothing.
  bool conclude();

 private:
  std::vector<Trace> ask(const std::vector<Scenario>& scenarios) const;
  std::vector<bool> differ(const std::vector<Scenario>& scenarios) const;
  void show(const Scenario& scenario);
  void show_smallest();

  std::filesystem::path oracle_;
  std::ostream& out_;
  std::size_t compared_ = 0;
  std::map<std::string, std::size_t> seen_;  // how often OTP did what
  std::map<Difference, std::size_t> met_;
  std::vector<Scenario> different_;
  std::vector<std::string> unmet_;  // expectations of scenarios, of which OTP knows nothing
};

}  // namespace ninelives::conformance
