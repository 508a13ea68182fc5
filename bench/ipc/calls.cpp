// A call of 15 bytes, the server awake or asleep.
#include "bench/ipc/call_row.hpp"
#include "bench/ipc/groups.hpp"
#include "bench/ipc/ours/peers.hpp"

namespace ninelives::bench {
namespace {

// Far more than our server spins before it sleeps.
constexpr std::chrono::microseconds time_to_fall_asleep{300};

Row erlang_row(ErlangVm& erlang) {
  return {.name = ErlangVm::call_name, .trouble = ErlangVm::trouble(), .turn = [&erlang](Nanoseconds budget) {
            return erlang.calls(budget);
          }};
}

// Ten at a time: what two readings of the clock cost overlaps with such a short call, so that taking it off
// would be wrong by a sixth of the bare words' time.
Group awake_group(const BenchNode& node, ErlangVm& erlang) {
  const Setting setting{.placement = Placement::two_cores};
  const Pace pace{.operations_per_sample = 10};
  return {
      awake_calls,
      {call_row(our_lookup(node), setting, pace), call_row(bare_words(), setting, pace), erlang_row(erlang)}};
}

Group asleep_group(const char* name, Placement placement, const BenchNode& node) {
  Group group{name, {}};
  for (const CallPeer& peer : {our_lookup(node), bare_futex(), eventfd_pair(), pipe_pair(), unix_stream(),
                               unix_datagram(), posix_mq(), boost_queue(), zeromq()}) {
    group.rows.push_back(call_row(peer, {.placement = placement}, {.pause = time_to_fall_asleep}));
  }
  return group;
}

}  // namespace

std::vector<Group> call_groups(const BenchNode& node, ErlangVm& erlang) {
  return {awake_group(node, erlang), asleep_group(asleep_free, Placement::free, node),
          asleep_group(asleep_one_core, Placement::one_core, node),
          asleep_group(asleep_two_cores, Placement::two_cores, node)};
}

}  // namespace ninelives::bench
