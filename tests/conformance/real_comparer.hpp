#pragma once
#include <atomic>
#include <filesystem>
#include <iosfwd>
#include <mutex>
#include <string>
#include <vector>

#include "tests/conformance/scenario.hpp"
#include "tests/conformance/trace.hpp"
#include "tests/support/sandbox.hpp"

namespace ninelives::conformance {

// Compares scenarios on real processes, some nodes at a time. Throws if there is no oracle.
class RealComparer {
 public:
  RealComparer(std::filesystem::path oracle, std::ostream& out) : oracle_(std::move(oracle)), out_(out) {}

  void compare(const std::vector<Scenario>& scenarios);
  // Both traces of each, whether they differ or not.
  void print(const std::vector<Scenario>& scenarios);
  // What was compared. True: no difference, and no scenario that could not be played.
  bool conclude();

 private:
  void compare(const test::Sandbox& sandbox, const Scenario& scenario, const Trace& otp, bool prints);
  bool has_enough();
  void play(const std::vector<Scenario>& scenarios, bool prints);

  std::filesystem::path oracle_;
  std::ostream& out_;
  std::atomic<unsigned> nodes_ = 0;  // so many were started
  std::mutex mutex_;                 // of what follows, and of out_
  std::size_t compared_ = 0;
  std::size_t lines_ = 0;
  std::size_t left_out_ = 0;  // known differences
  std::vector<std::string> different_;
};

}  // namespace ninelives::conformance
