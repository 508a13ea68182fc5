#include <fcntl.h>
#include <mqueue.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "bench/harness/check.hpp"
#include "bench/harness/child.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {
namespace {

using Buffer = std::vector<char>;

// Loses its name as soon as it is open, and is inherited by the server.
class Queue {
 public:
  explicit Queue(std::size_t message_bytes) {
    const std::string name = "/ninelives-bench-" + std::to_string(::getpid());
    mq_attr attributes{};
    attributes.mq_maxmsg = 8;
    attributes.mq_msgsize = static_cast<long>(message_bytes);
    queue_ =
        check(::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes), "mq_open");
    ::mq_unlink(name.c_str());
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue() { ::mq_close(queue_); }

  void send(const Buffer& message) { check(::mq_send(queue_, message.data(), message.size(), 0), "mq_send"); }
  void receive(Buffer& message) {
    check(::mq_receive(queue_, message.data(), message.size(), nullptr), "mq_receive");
  }

 private:
  mqd_t queue_;
};

class PosixMq : public RoundTrips {
 public:
  explicit PosixMq(const Setting& setting)
      : request_(setting.request_bytes),
        reply_(setting.reply_bytes),
        requests_(request_.size()),
        replies_(reply_.size()),
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

}  // namespace

CallPeer posix_mq() {
  return {"POSIX mq", [](const Setting& setting) { return std::make_unique<PosixMq>(setting); }};
}

}  // namespace ninelives::bench
