// The instructions of one operation in the order in which one victim took them, and which of them changed
// anything outside the victim.
#pragma once
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace ninelives::test::stepkill {

using Address = std::uint64_t;

class Trace {
 public:
  // `outside_changed`: since the instruction before.
  void add(Address address, bool outside_changed);
  // Where the operation slept, if it did: it cannot go on until somebody else has done something.
  void slept_at_last() { sleeps_.push_back(addresses_.size() - 1); }

  std::size_t size() const { return addresses_.size(); }
  Address operator[](std::size_t index) const { return addresses_[index]; }
  // An instruction not after `index` from where it is near, and that a breakpoint finds soon.
  std::size_t anchor(std::size_t index) const { return anchors_[index]; }
  // How often it was reached before.
  std::size_t times_before(std::size_t index) const { return times_before_[index]; }
  const std::vector<std::size_t>& sleeps() const { return sleeps_; }
  // Is what a kill leaves here something else than what a kill one instruction earlier leaves?
  bool begins_state(std::size_t index) const { return begins_state_[index]; }
  // Has a loop been taken in just this way several times before? Polling takes it thousands of times.
  bool repeats_itself_at(std::size_t index) const;

 private:
  std::vector<Address> addresses_;
  std::vector<bool> begins_state_;
  std::vector<std::size_t> anchors_;
  std::vector<std::size_t> sleeps_;
  std::vector<std::size_t> times_before_;
  std::unordered_map<Address, std::size_t> times_;
};

}  // namespace ninelives::test::stepkill
