// Ours, behind the same interfaces as the peers. The node must outlive them.
#pragma once
#include "bench/ipc/ours/node.hpp"
#include "bench/ipc/peers/casts.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {

CallPeer our_lookup(const BenchNode& node);  // 15 bytes there and back, whatever the setting says
CallPeer our_lookup_via_registry(const BenchNode& node);  // the same, through a name in a registry
CallPeer our_store(const BenchNode& node);                // the request's bytes there, a number back
CallPeer our_inspect(const BenchNode& node);              // the same, and the server makes no copy of them
CastPeer our_casts(const BenchNode& node);

}  // namespace ninelives::bench
