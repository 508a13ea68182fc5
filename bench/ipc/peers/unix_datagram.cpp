#include <sys/socket.h>
#include <vector>

#include "bench/harness/check.hpp"
#include "bench/harness/child.hpp"
#include "bench/harness/fd.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {
namespace {

using Bytes = std::vector<std::byte>;

void send(const Fd& socket, const Bytes& bytes) {
  check(::send(socket.get(), bytes.data(), bytes.size(), 0), "send");
}
void receive(const Fd& socket, Bytes& bytes) {
  check(::recv(socket.get(), bytes.data(), bytes.size(), 0), "recv");
}

class UnixDatagram : public RoundTrips {
 public:
  explicit UnixDatagram(const Setting& setting)
      : request_(setting.request_bytes), reply_(setting.reply_bytes), server_([this, setting] {
          take_place(setting.placement, Side::server);
          for (;;) {
            receive(sockets_.there, request_);
            send(sockets_.there, reply_);
          }
        }) {}

  void round_trip() override {
    send(sockets_.here, request_);
    receive(sockets_.here, reply_);
  }

 private:
  Bytes request_, reply_;
  SocketPair sockets_ = make_socket_pair(SOCK_DGRAM);
  Child server_;
};

}  // namespace

CallPeer unix_datagram() {
  return {"Unix datagram socket",
          [](const Setting& setting) { return std::make_unique<UnixDatagram>(setting); }};
}

}  // namespace ninelives::bench
