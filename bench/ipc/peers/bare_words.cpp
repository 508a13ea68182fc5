#include "bench/harness/child.hpp"
#include "bench/ipc/peers/round_trips.hpp"
#include "bench/ipc/peers/shared_words.hpp"

namespace ninelives::bench {
namespace {

void spin_until(const std::atomic<std::uint32_t>& word, std::uint32_t value) {
  while (word.load(std::memory_order::acquire) != value) {
  }
}

class BareWords : public RoundTrips {
 public:
  explicit BareWords(const Setting& setting)
      : server_([this, setting] {
          take_place(setting.placement, Side::server);
          serve();
        }) {}

  void round_trip() override {
    words_->request.store(++number_, std::memory_order::release);
    spin_until(words_->reply, number_);
  }

 private:
  void serve() {
    for (std::uint32_t number = 1;; ++number) {
      spin_until(words_->request, number);
      words_->reply.store(number, std::memory_order::release);
    }
  }

  SharedWords words_;
  std::uint32_t number_ = 0;
  Child server_;
};

}  // namespace

CallPeer bare_words() {
  return {"bare words, both spinning",
          [](const Setting& setting) { return std::make_unique<BareWords>(setting); }};
}

}  // namespace ninelives::bench
