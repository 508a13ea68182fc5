#include "tests/stepkill/trace.hpp"

namespace ninelives::test::stepkill {

// To come past a breakpoint costs as much as some steps.
void Trace::add(Address address, bool outside_changed) {
  constexpr std::size_t steps_for_a_breakpoint = 4;
  const std::size_t index = addresses_.size();
  addresses_.push_back(address);
  begins_state_.push_back(outside_changed || index == 0);
  times_before_.push_back(times_[address]++);
  auto cost = [&](std::size_t anchor) {
    return steps_for_a_breakpoint * times_before_[anchor] + index - anchor;
  };
  const bool is_better = index == 0 || cost(index) <= cost(anchors_.back());
  anchors_.push_back(is_better ? index : anchors_.back());
}

bool Trace::repeats_itself_at(std::size_t index) const {
  constexpr std::size_t longest_loop = 128;
  constexpr std::size_t times = 4;
  for (std::size_t length = 1; length <= longest_loop && length * times <= index; ++length) {
    std::size_t back = 0;
    while (back < length * (times - 1) && addresses_[index - back] == addresses_[index - back - length])
      ++back;
    if (back == length * (times - 1)) return true;
  }
  return false;
}

}  // namespace ninelives::test::stepkill
