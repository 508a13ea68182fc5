#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>
#include <zmq.h>

#include "bench/harness/child.hpp"
#include "bench/harness/fd.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {
namespace {

using Buffer = std::vector<char>;

int checked(int result) {
  if (result < 0) throw std::runtime_error(std::string("ZeroMQ: ") + zmq_strerror(zmq_errno()));
  return result;
}

// PAIR is its type for exactly two. A context has threads of its own and outlives no fork: each side makes
// one.
class PairSocket {
 public:
  PairSocket() : context_(zmq_ctx_new()), socket_(zmq_socket(context_, ZMQ_PAIR)) {
    const int linger = 0;
    zmq_setsockopt(socket_, ZMQ_LINGER, &linger, sizeof linger);
  }
  PairSocket(const PairSocket&) = delete;
  PairSocket& operator=(const PairSocket&) = delete;
  ~PairSocket() {
    zmq_close(socket_);
    zmq_ctx_term(context_);
  }

  void bind(const std::string& address) { checked(zmq_bind(socket_, address.c_str())); }
  void connect(const std::string& address) { checked(zmq_connect(socket_, address.c_str())); }
  void send(const Buffer& message) { checked(zmq_send(socket_, message.data(), message.size(), 0)); }
  void receive(Buffer& message) { checked(zmq_recv(socket_, message.data(), message.size(), 0)); }

 private:
  void* context_;
  void* socket_;
};

class ZeroMq : public RoundTrips {
 public:
  explicit ZeroMq(const Setting& setting)
      : request_(setting.request_bytes), reply_(setting.reply_bytes), server_([this, setting] {
          take_place(setting.placement, Side::server);
          serve();
        }) {
    await_signal_byte(bound_.read_end.get());
    socket_.emplace();
    socket_->connect(address_);
  }

  void round_trip() override {
    socket_->send(request_);
    socket_->receive(reply_);
  }

 private:
  void serve() {
    PairSocket socket;
    socket.bind(address_);
    send_signal_byte(bound_.write_end.get());
    for (;;) {
      socket.receive(request_);
      socket.send(reply_);
    }
  }

  // An abstract address: no file that could be left behind.
  const std::string address_ = "ipc://@ninelives-bench-" + std::to_string(::getpid());
  Buffer request_, reply_;
  Pipe bound_ = make_pipe();
  Child server_;
  std::optional<PairSocket> socket_;
};

}  // namespace

CallPeer zeromq() {
  return {"ZeroMQ PAIR over ipc://",
          [](const Setting& setting) { return std::make_unique<ZeroMq>(setting); }};
}

}  // namespace ninelives::bench
