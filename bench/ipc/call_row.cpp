#include "bench/ipc/call_row.hpp"

namespace ninelives::bench {

Row call_row(const CallPeer& peer, const Setting& setting, const Pace& pace) {
  Row row{.name = peer.name, .trouble = peer.trouble};
  if (row.trouble.empty()) row.trouble = why_not(setting.placement);
  row.turn = [make = peer.make, setting, pace](Nanoseconds budget) {
    take_place(setting.placement, Side::caller);
    const auto trips = make(setting);
    Pace within = pace;
    within.budget = budget;
    return measure([&] { trips->round_trip(); }, within);
  };
  return row;
}

}  // namespace ninelives::bench
