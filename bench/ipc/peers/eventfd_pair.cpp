#include <sys/eventfd.h>

#include "bench/harness/check.hpp"
#include "bench/harness/child.hpp"
#include "bench/harness/fd.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {
namespace {

Fd make_eventfd() { return Fd(check(::eventfd(0, EFD_CLOEXEC), "eventfd")); }

void add_one(const Fd& counter) { check(::eventfd_write(counter.get(), 1), "eventfd_write"); }

void take_all(const Fd& counter) {
  eventfd_t value = 0;
  check(::eventfd_read(counter.get(), &value), "eventfd_read");
}

class EventfdPair : public RoundTrips {
 public:
  explicit EventfdPair(const Setting& setting)
      : server_([this, setting] {
          take_place(setting.placement, Side::server);
          for (;;) {
            take_all(request_);
            add_one(reply_);
          }
        }) {}

  void round_trip() override {
    add_one(request_);
    take_all(reply_);
  }

 private:
  Fd request_ = make_eventfd(), reply_ = make_eventfd();
  Child server_;
};

}  // namespace

CallPeer eventfd_pair() {
  return {"eventfd, no bytes", [](const Setting& setting) { return std::make_unique<EventfdPair>(setting); }};
}

}  // namespace ninelives::bench
