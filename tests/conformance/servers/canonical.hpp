#pragma once
#include "tests/conformance/trace.hpp"

namespace ninelives::conformance::servers {

// The lines of each step in the order of the servers, and of each server's what has no order put into one:
// what comes from two processes may come either way round, and so may a Down, an Exit and a response that one
// end has caused. What a server has heard in the step in which an exit signal ended it is left out: in OTP
// the signal may come at any point of it.
Trace canonical(Trace trace);

}  // namespace ninelives::conformance::servers
