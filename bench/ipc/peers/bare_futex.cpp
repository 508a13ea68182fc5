#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/harness/child.hpp"
#include "bench/ipc/peers/round_trips.hpp"
#include "bench/ipc/peers/shared_words.hpp"

namespace ninelives::bench {
namespace {

void store_and_wake(std::atomic<std::uint32_t>& word, std::uint32_t value) {
  word.store(value);
  ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

void sleep_until(std::atomic<std::uint32_t>& word, std::uint32_t value) {
  for (std::uint32_t seen = word.load(); seen != value; seen = word.load()) {
    ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, nullptr, nullptr, 0);
  }
}

class BareFutex : public RoundTrips {
 public:
  explicit BareFutex(const Setting& setting)
      : server_([this, setting] {
          take_place(setting.placement, Side::server);
          serve();
        }) {}

  void round_trip() override {
    store_and_wake(words_->request, ++number_);
    sleep_until(words_->reply, number_);
  }

 private:
  void serve() {
    for (std::uint32_t number = 1;; ++number) {
      sleep_until(words_->request, number);
      store_and_wake(words_->reply, number);
    }
  }

  SharedWords words_;
  std::uint32_t number_ = 0;
  Child server_;
};

}  // namespace

CallPeer bare_futex() {
  return {"bare futex, both asleep",
          [](const Setting& setting) { return std::make_unique<BareFutex>(setting); }};
}

}  // namespace ninelives::bench
