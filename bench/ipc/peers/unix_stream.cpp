#include <sys/socket.h>

#include "bench/harness/check.hpp"
#include "bench/ipc/peers/byte_stream.hpp"

namespace ninelives::bench {
namespace {

// The kernel gives less where the administrator's limit (net.core.wmem_max) is lower.
void enlarge_send_buffer(const Fd& socket) {
  const int bytes = 1 << 20;
  check(::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), "SO_SNDBUF");
}

Fd duplicate(const Fd& fd) { return Fd(check(::dup(fd.get()), "dup")); }

std::unique_ptr<RoundTrips> make_round_trips(const Setting& setting) {
  SocketPair pair = make_socket_pair(SOCK_STREAM);
  enlarge_send_buffer(pair.here);
  Fd reply_in = duplicate(pair.here), reply_out = duplicate(pair.there);
  return stream_round_trips({.request_in = std::move(pair.there),
                             .request_out = std::move(pair.here),
                             .reply_in = std::move(reply_in),
                             .reply_out = std::move(reply_out)},
                            setting);
}

std::unique_ptr<Casts> make_casts(Placement placement) {
  SocketPair pair = make_socket_pair(SOCK_STREAM);
  enlarge_send_buffer(pair.here);
  return stream_casts(std::move(pair.there), std::move(pair.here), placement);
}

}  // namespace

CallPeer unix_stream() { return {"Unix stream socket", make_round_trips}; }
CastPeer unix_stream_casts() { return {"Unix stream socket", make_casts}; }

}  // namespace ninelives::bench
