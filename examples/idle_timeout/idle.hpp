// A server that ends when nobody has wanted anything of it for so long.
#pragma once
#include <chrono>
#include <cstdlib>

#include <ninelives/genserver.hpp>

struct Touch {};
struct IdleApi {
  using Calls = ninelives::Calls<void(Touch)>;
};

class Idle : public ninelives::GenServer<IdleApi> {
 public:
  explicit Idle(std::chrono::milliseconds patience) : patience_(patience) {}
  Idle(int argc, char** argv) : Idle(std::chrono::milliseconds(argc > 1 ? std::atoi(argv[1]) : 1000)) {}

  // Each return has to ask for it anew: a message cancels it, and the time-out holds for this once.
  ninelives::InitResult init() { return ninelives::ok(ninelives::timeout(patience_)); }
  ninelives::CallResult<void> handle_call(const Touch&) {
    return ninelives::reply(ninelives::timeout(patience_));
  }
  ninelives::Result handle_info(const ninelives::Timeout&) { return ninelives::stop(); }

 private:
  std::chrono::milliseconds patience_;
};
