// A server that dies as it is told to.
#pragma once
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include <ninelives/genserver.hpp>

#include "api.hpp"

namespace crash_lab {

class Victim : public ninelives::GenServer<VictimApi> {
 public:
  void handle_cast(const Die& death) { die(death.way); }

 private:
  void die(Way way) {
    switch (way) {
      case Way::segfault:
        *nowhere_ = 1;
        return;
      case Way::abort:
        std::abort();
      case Way::exit_0:
        std::exit(0);
      case Way::exit_3:
        std::exit(3);
      case Way::exception:
        throw std::runtime_error("it has had enough");
      case Way::endless_loop:
        return loop();
      case Way::memory_hog:
        return hog();
    }
  }
  // Until the watchdog of the spec has had enough.
  static void loop() {
    for (volatile bool for_ever = true; for_ever;) continue;
  }
  // Until there is no more, which is soon: the tree file sets a limit.
  static void hog() {
    constexpr std::size_t piece = 16 << 20;
    for (std::vector<std::unique_ptr<char[]>> eaten;;)
      std::memset(eaten.emplace_back(new char[piece]).get(), 1, piece);
  }

  int* volatile nowhere_ = nullptr;
};

}  // namespace crash_lab
