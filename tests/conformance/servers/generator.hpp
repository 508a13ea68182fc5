// Random scripts, of which OTP's outcome is the only one that is right.
//
// A script has no two processes that race each other about anything that is compared. What a server is told
// in one step may make others act or end only by its last word; where two are told something at once, it is
// about the link between them; and a suspended server, in whose mailbox things from several pile up, is told
// nothing that ends it or that depends on what comes next. What is not made because OTP and we differ about
// it stands in docs/otp-conformance.md.
#pragma once
#include <cstdint>

#include "tests/conformance/servers/script.hpp"

namespace ninelives::conformance::servers {

Script make_script(std::uint64_t seed, std::uint64_t number);

}  // namespace ninelives::conformance::servers
