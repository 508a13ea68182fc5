// `calls [COUNT]`: calls the neighbour so often, or until SIGTERM, and says how long that took.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <ninelives/node.hpp>

#include "api.hpp"
#include "figures.hpp"

namespace {

volatile std::sig_atomic_t told_to_end = 0;

int fail(const std::string& text) {
  std::fprintf(stderr, "calls: %s\n", text.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : SIZE_MAX;
  std::signal(SIGTERM, [](int) { told_to_end = 1; });
  auto node = ninelives::Node::attach("isolation");
  if (!node) return fail(node.error());
  const auto neighbour = ninelives::whereis<NeighbourApi>("neighbour");
  if (auto first = neighbour.call(Ask{}); !first) return fail(first.error().text);  // makes the ring
  std::puts("begun");
  std::fflush(stdout);
  std::vector<Clock::duration> times;
  while (times.size() < count && !told_to_end) {
    const auto begin = Clock::now();
    if (auto answer = neighbour.call(Ask{}, std::chrono::minutes(1)); !answer)
      return fail(answer.error().text);
    times.push_back(Clock::now() - begin);
  }
  const auto us = [&](std::size_t percent) {
    return std::chrono::duration<double, std::micro>(percentile(times, percent)).count();
  };
  std::printf("p50 %.1f µs, p99 %.1f µs\n", us(50), us(99));
}
