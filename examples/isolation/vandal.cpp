// A worker that does on request what a worker should not do. None of it is caught or undone here.
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include <ninelives/serve.hpp>

#include "api.hpp"
#include "maps.hpp"

class Vandal : public ninelives::GenServer<VandalApi> {
 public:
  int handle_call(const Ask&) { return 0; }

  // It does not come back from there.
  void handle_cast(const Scribble&) {
    scribble_over([](const Mapping& mapping) { return mapping.path == "[heap]"; });
    scribble_over([](const Mapping& mapping) { return mapping.path == "[stack]"; });
  }
  // Whoever it has sent a message to has a ring of it: so the neighbour, too, is to have one.
  void handle_cast(const Vandalize&) {
    (void)ninelives::whereis<NeighbourApi>("neighbour").call(Ask{});
    scribble_over([](const Mapping& mapping) { return mapping.shared; });
    std::abort();
  }
  void handle_cast(const Hoard&) {
    for (std::vector<std::string> hoard;;) hoard.emplace_back(1024 * 1024, 'x');
  }
  void handle_cast(const Leak&) {
    while (::open("/dev/null", O_RDONLY) >= 0) {
    }
    throw std::system_error(errno, std::generic_category());
  }
  // Half of them leave its process group and its session.
  void handle_cast(const Breed&) {
    for (int child = 0; child < 8; ++child) {
      if (::fork() != 0) continue;
      if (child % 2 == 0) ::setsid();
      for (;;) ::pause();
    }
  }

 private:
  template <class Condition>
  static void scribble_over(Condition condition) {
    std::ifstream maps("/proc/self/maps");
    for (const Mapping& mapping : writable(maps)) {
      if (!condition(mapping)) continue;
      std::uint32_t noise = 1;
      for (auto* at = reinterpret_cast<volatile char*>(mapping.begin);
           at != reinterpret_cast<char*>(mapping.end); ++at)
        *at = static_cast<char>((noise = noise * 1664525 + 1013904223) >> 24);
    }
  }
};

int main(int argc, char** argv) { return ninelives::serve<Vandal>(argc, argv); }
