#include "bench/ipc/peers/byte_stream.hpp"

#include <array>
#include <vector>

#include "bench/harness/check.hpp"

namespace ninelives::bench {
namespace {

using Bytes = std::vector<std::byte>;

class StreamRoundTrips : public RoundTrips {
 public:
  StreamRoundTrips(Channel channel, const Setting& setting)
      : channel_(std::move(channel)),
        request_(setting.request_bytes, std::byte{1}),
        reply_(setting.reply_bytes, std::byte{2}),
        server_([this, setting] {
          take_place(setting.placement, Side::server);
          while (read_all(channel_.request_in.get(), request_)) write_all(channel_.reply_out.get(), reply_);
        }) {}

  void round_trip() override {
    write_all(channel_.request_out.get(), request_);
    if (!read_all(channel_.reply_in.get(), reply_)) throw std::runtime_error("the server has ended");
  }

 private:
  Channel channel_;
  Bytes request_, reply_;
  Child server_;
};

class StreamSender : public CastSender {
 public:
  explicit StreamSender(int fd) : fd_(fd) { message_.fill(std::byte{1}); }
  void send() override { write_all(fd_, message_); }

 private:
  int fd_;
  std::array<std::byte, cast_bytes> message_{};
};

class StreamCasts : public Casts {
 public:
  StreamCasts(Fd in, Fd out, Placement placement)
      : in_(std::move(in)), out_(std::move(out)), receiver_([this, placement] {
          take_place(placement, Side::server);
          receive();
        }) {}

  std::unique_ptr<CastSender> sender() override { return std::make_unique<StreamSender>(out_.get()); }
  void await_batch() override { await_signal_byte(batch_taken_.read_end.get()); }

 private:
  void receive() {
    constexpr std::size_t batch_bytes = cast_bytes * casts_per_batch;
    Bytes buffer(64 * 1024);
    for (std::size_t taken = 0;;) {
      taken += static_cast<std::size_t>(check(::read(in_.get(), buffer.data(), buffer.size()), "read"));
      if (taken < batch_bytes) continue;
      taken -= batch_bytes;
      send_signal_byte(batch_taken_.write_end.get());
    }
  }

  Fd in_, out_;
  Pipe batch_taken_ = make_pipe();
  Child receiver_;
};

}  // namespace

std::unique_ptr<RoundTrips> stream_round_trips(Channel channel, const Setting& setting) {
  return std::make_unique<StreamRoundTrips>(std::move(channel), setting);
}

std::unique_ptr<Casts> stream_casts(Fd in, Fd out, Placement placement) {
  return std::make_unique<StreamCasts>(std::move(in), std::move(out), placement);
}

}  // namespace ninelives::bench
