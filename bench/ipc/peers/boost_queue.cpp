#include <array>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <string>
#include <unistd.h>
#include <vector>

#include "bench/harness/child.hpp"
#include "bench/harness/fd.hpp"
#include "bench/ipc/peers/casts.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {
namespace {

using boost::interprocess::message_queue;
using Buffer = std::vector<char>;

// Loses its name as soon as it is mapped, and is inherited by the other process.
class Queue {
 public:
  Queue(std::size_t messages, std::size_t message_bytes)
      : queue_(boost::interprocess::create_only, name().c_str(), messages, message_bytes) {
    message_queue::remove(name().c_str());
  }

  void send(const Buffer& message) { queue_.send(message.data(), message.size(), 0); }
  void receive(Buffer& message) {
    message_queue::size_type bytes = 0;
    unsigned priority = 0;
    queue_.receive(message.data(), message.size(), bytes, priority);
  }

 private:
  static std::string name() { return "ninelives-bench-" + std::to_string(::getpid()); }

  message_queue queue_;
};

class BoostQueue : public RoundTrips {
 public:
  explicit BoostQueue(const Setting& setting)
      : request_(setting.request_bytes),
        reply_(setting.reply_bytes),
        requests_(8, request_.size()),
        replies_(8, reply_.size()),
        server_([this, setting] {
          take_place(setting.placement, Side::server);
          for (;;) {
            requests_.receive(request_);
            replies_.send(reply_);
          }
        }) {}

  void round_trip() override {
    requests_.send(request_);
    replies_.receive(reply_);
  }

 private:
  Buffer request_, reply_;
  Queue requests_, replies_;
  Child server_;
};

class BoostSender : public CastSender {
 public:
  explicit BoostSender(Queue& queue) : queue_(queue) {}
  void send() override { queue_.send(message_); }

 private:
  Queue& queue_;
  Buffer message_ = Buffer(cast_bytes);
};

class BoostCasts : public Casts {
 public:
  explicit BoostCasts(Placement placement)
      : receiver_([this, placement] {
          take_place(placement, Side::server);
          receive();
        }) {}

  std::unique_ptr<CastSender> sender() override { return std::make_unique<BoostSender>(queue_); }
  void await_batch() override { await_signal_byte(batch_taken_.read_end.get()); }

 private:
  void receive() {
    Buffer message(cast_bytes);
    for (;;) {
      for (int taken = 0; taken < casts_per_batch; ++taken) queue_.receive(message);
      send_signal_byte(batch_taken_.write_end.get());
    }
  }

  Queue queue_{1024, cast_bytes};
  Pipe batch_taken_ = make_pipe();
  Child receiver_;
};

constexpr const char* name = "Boost.Interprocess message_queue";

}  // namespace

CallPeer boost_queue() {
  return {name, [](const Setting& setting) { return std::make_unique<BoostQueue>(setting); }};
}
CastPeer boost_casts() {
  return {name, [](Placement placement) { return std::make_unique<BoostCasts>(placement); }};
}

}  // namespace ninelives::bench
