#include <fcntl.h>

#include "bench/harness/check.hpp"
#include "bench/ipc/peers/byte_stream.hpp"

namespace ninelives::bench {
namespace {

Pipe make_large_pipe() {
  constexpr int bytes = 1 << 20;  // what everybody may ask for, unless the administrator says less
  Pipe pipe = make_pipe();
  ::fcntl(pipe.write_end.get(), F_SETPIPE_SZ, bytes);
  return pipe;
}

std::unique_ptr<RoundTrips> make_round_trips(const Setting& setting) {
  Pipe request = make_large_pipe(), reply = make_pipe();
  return stream_round_trips({.request_in = std::move(request.read_end),
                             .request_out = std::move(request.write_end),
                             .reply_in = std::move(reply.read_end),
                             .reply_out = std::move(reply.write_end)},
                            setting);
}

std::unique_ptr<Casts> make_casts(Placement placement) {
  Pipe pipe = make_large_pipe();
  return stream_casts(std::move(pipe.read_end), std::move(pipe.write_end), placement);
}

}  // namespace

CallPeer pipe_pair() { return {"pipe", make_round_trips}; }
CastPeer pipe_casts() { return {"pipe", make_casts}; }

}  // namespace ninelives::bench
