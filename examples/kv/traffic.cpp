// Calls and casts as fast as it can for a while, and says how each call ended: `traffic SECONDS`.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include <ninelives/node.hpp>

#include "api.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Tally {
  std::map<std::string, long> ends;  // "reply", or the error's name
  Clock::duration slowest{};

  void add(const std::string& end, Clock::duration took) {
    ++ends[end];
    if (end == "reply" && took > slowest) slowest = took;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const auto seconds = std::chrono::seconds(argc > 1 ? std::atoi(argv[1]) : 1);
  auto node = ninelives::Node::attach("shop");
  if (!node) {
    std::fprintf(stderr, "traffic: %s\n", node.error().c_str());
    return 1;
  }
  const auto kv = ninelives::whereis<KvApi>("kv");
  Tally tally;
  long refused_casts = 0;
  const auto end = Clock::now() + seconds;
  for (long i = 0; Clock::now() < end; ++i) {
    const std::string key = "key" + std::to_string(i % 100);
    if (i % 10 == 0 && !kv.cast(Put{key, std::to_string(i)})) ++refused_casts;
    const auto begin = Clock::now();
    const auto value = kv.call(Get{key});
    tally.add(value ? "reply" : std::string(to_string(value.error().kind)), Clock::now() - begin);
  }
  for (const auto& [how, count] : tally.ends) std::printf("%ld calls ended in %s\n", count, how.c_str());
  std::printf("%ld casts refused\n", refused_casts);
  std::printf("the slowest reply took %.1f ms\n",
              std::chrono::duration<double, std::milli>(tally.slowest).count());
}
