// Calls and casts over anything that carries a stream of bytes between two descriptors. Both sides know the
// sizes, so that no header is needed.
#pragma once
#include "bench/harness/child.hpp"
#include "bench/harness/fd.hpp"
#include "bench/ipc/peers/casts.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {

// The caller's end writes requests and reads replies; the server's end the other way round.
struct Channel {
  Fd request_in, request_out, reply_in, reply_out;
};

std::unique_ptr<RoundTrips> stream_round_trips(Channel channel, const Setting& setting);

// All senders write to the same descriptor: 64 bytes at once are never mixed with somebody else's. The
// receiver takes as many as one read() gives.
std::unique_ptr<Casts> stream_casts(Fd in, Fd out, Placement placement);

}  // namespace ninelives::bench
