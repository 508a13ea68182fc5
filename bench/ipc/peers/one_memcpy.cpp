#include <cstring>
#include <vector>

#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {
namespace {

class OneMemcpy : public RoundTrips {
 public:
  explicit OneMemcpy(const Setting& setting)
      : from_(setting.request_bytes, std::byte{1}), to_(setting.request_bytes) {}

  void round_trip() override {
    std::memcpy(to_.data(), from_.data(), to_.size());
    asm volatile("" : : "r"(to_.data()) : "memory");  // the compiler must not see that nobody reads the copy
  }

 private:
  std::vector<std::byte> from_, to_;
};

}  // namespace

CallPeer one_memcpy() {
  return {"one memcpy of the size",
          [](const Setting& setting) { return std::make_unique<OneMemcpy>(setting); }};
}

}  // namespace ninelives::bench
