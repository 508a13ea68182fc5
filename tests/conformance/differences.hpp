// Where the core and OTP 25 are known to differ when they meet the same things in the same order. What would
// lead to other such places is not generated: generator.hpp. docs/otp-conformance.md has the whole list.
#pragma once
#include <cstdint>
#include <string_view>

namespace ninelives::conformance {

enum class Difference : std::uint8_t {
  // "A supervisor never blocks": under one_for_one two failed restarts are tried again at the same moment,
  // and the
  // second is one too many before the first has failed once more. From there on nothing is compared.
  never_blocks,
  // OTP 25 counts a restart under simple_one_for_one that was cancelled by terminate_child as one that is
  // under way,
  // for ever; `active` is one too low. Here that mistake is made too.
  cancelled_restart,
};

constexpr std::string_view to_string(Difference difference) {
  switch (difference) {
    case Difference::never_blocks:
      return "the core goes on where OTP blocks, and what follows was not compared";
    case Difference::cancelled_restart:
      return "OTP counts a cancelled restart";
  }
  return {};
}

}  // namespace ninelives::conformance
