// Casts as fast as it can: `sender steady|victim`. On SIGTERM it says how many it has sent, and ends.
#include <csignal>
#include <cstdio>
#include <string_view>

#include <ninelives/node.hpp>

#include "api.hpp"

namespace {

volatile std::sig_atomic_t told_to_end = 0;

}  // namespace

int main(int argc, char** argv) {
  const bool steady = argc > 1 && std::string_view(argv[1]) == "steady";
  std::signal(SIGTERM, [](int) { told_to_end = 1; });
  auto node = ninelives::Node::attach("kill9");
  if (!node) {
    std::fprintf(stderr, "sender: %s\n", node.error().c_str());
    return 1;
  }
  const auto counter = ninelives::whereis<CounterApi>("counter");
  std::uint64_t sent = 0;
  while (!told_to_end) {
    if (auto cast = counter.cast(Hit{steady, ++sent}); !cast) {
      std::fprintf(stderr, "sender: %s\n", cast.error().text.c_str());
      return 1;
    }
  }
  std::printf("%lu\n", sent);
}
