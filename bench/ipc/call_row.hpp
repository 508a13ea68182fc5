// A peer of calls as a row.
#pragma once
#include "bench/harness/row.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {

// `pace` without its budget.
Row call_row(const CallPeer& peer, const Setting& setting, const Pace& pace = {});

}  // namespace ninelives::bench
