// 64 bytes one way, from one process or from eight: the time from the start until the receiver has taken a
// batch, by the number of messages in it.
#include "bench/ipc/peers/casts.hpp"

#include <list>

#include "bench/ipc/groups.hpp"
#include "bench/ipc/ours/peers.hpp"

namespace ninelives::bench {
namespace {

struct Load {
  int senders = 1;
  Placement placement = Placement::free;  // the senders are its callers
};

// Sends its share of a batch at each signal.
class SenderProcess {
 public:
  SenderProcess(Casts& casts, int share, Placement placement)
      : process_([this, &casts, share, placement] {
          take_place(placement, Side::caller);
          run(casts, share);
        }) {}

  void await_ready() { await_signal_byte(ready_.read_end.get()); }
  void start_batch() { send_signal_byte(go_.write_end.get()); }

 private:
  void run(Casts& casts, int share) {
    const auto sender = casts.sender();
    send_signal_byte(ready_.write_end.get());
    for (;;) {
      await_signal_byte(go_.read_end.get());
      for (int i = 0; i < share; ++i) sender->send();
    }
  }

  Pipe ready_ = make_pipe(), go_ = make_pipe();
  Child process_;
};

Samples measure_casts(Casts& casts, const Load& load, Nanoseconds budget) {
  std::list<SenderProcess> processes;
  for (int i = 0; i < load.senders; ++i) {
    processes.emplace_back(casts, casts_per_batch / load.senders, load.placement);
  }
  for (SenderProcess& process : processes) process.await_ready();
  Samples samples = measure(
      [&] {
        for (SenderProcess& process : processes) process.start_batch();
        casts.await_batch();
      },
      {.budget = budget});
  for (double& sample : samples) sample /= casts_per_batch;
  return samples;
}

Row cast_row(const CastPeer& peer, const Load& load) {
  Row row{.name = peer.name, .trouble = peer.trouble};
  if (row.trouble.empty()) row.trouble = why_not(load.placement);
  row.turn = [make = peer.make, load](Nanoseconds budget) {
    const auto casts = make(load.placement);
    return measure_casts(*casts, load, budget);
  };
  return row;
}

// Its schedulers place the processes themselves.
Row erlang_row(ErlangVm& erlang, int senders) {
  return {.name = ErlangVm::cast_name,
          .trouble = ErlangVm::trouble(),
          .turn = [&erlang, senders](Nanoseconds budget) { return erlang.casts(senders, budget); }};
}

Group cast_group(const char* name, const Load& load, const BenchNode& node, ErlangVm& erlang) {
  Group group{name, {cast_row(our_casts(node), load), erlang_row(erlang, load.senders)}};
  for (const CastPeer& peer : {boost_casts(), pipe_casts(), unix_stream_casts()}) {
    group.rows.push_back(cast_row(peer, load));
  }
  return group;
}

}  // namespace

std::vector<Group> cast_groups(const BenchNode& node, ErlangVm& erlang) {
  return {cast_group(one_sender_free, {.senders = 1}, node, erlang),
          cast_group(one_sender_two_cores, {.senders = 1, .placement = Placement::two_cores}, node, erlang),
          cast_group(eight_senders, {.senders = 8}, node, erlang)};
}

}  // namespace ninelives::bench
