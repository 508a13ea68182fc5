// A client of the storm, outside the tree: `storm_client NUMBER caller|caster|visitor|guide SEED`. On SIGTERM
// it finishes what it is at, and ends. A guide only walks every way once and ends by itself.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string_view>
#include <time.h>

#include <ninelives/node.hpp>

#include "tests/storm/speaker.hpp"

namespace ninelives::storm {
namespace {

volatile std::sig_atomic_t told_to_end = 0;

class Client {
 public:
  Client(Actor me, std::uint64_t seed) : me_(me), dice_(seed) {}

  // False: there is no node any more, or it gives no place.
  bool visit() {
    auto node = Node::attach();
    if (!node) {
      std::fprintf(stderr, "%s\n", node.error().c_str());
      return false;
    }
    node_.emplace(std::move(*node));
    speaker_.emplace(book_, me_, ++visits_);
    return true;
  }
  void leave() { node_.reset(); }

  void call() {
    const bool in_a_hurry = chance(10);
    speaker_->ask(some_server(), {.bytes = some_size(),
                                  .work_us = some_work(),
                                  .hops = upto(servers),
                                  .wanted = static_cast<std::uint32_t>(some_size()),
                                  .lasting = in_a_hurry ? short_while() : patience});
  }

  void cast() {
    const bool in_a_hurry = chance(20);
    speaker_->tell(some_server(), {.bytes = some_size(),
                                   .work_us = chance(10) ? some_work() : 0,
                                   .lasting = in_a_hurry ? short_while() : patience});
  }

  // So many that the mailbox may be full before they are taken.
  void cast_burst() {
    for (auto left = upto(300); left > 0 && !told_to_end; --left) cast();
    rest(upto(10'000));
  }

  // Every way that a message can take, small and large.
  void walk_all_ways() {
    for (const std::size_t bytes : {std::size_t{10}, std::size_t{100'000}}) {
      for (Actor server = 0; server < servers; ++server) {
        for (int i = 0; i < 200; ++i) {
          speaker_->tell(server, {.bytes = bytes});
          speaker_->ask(server,
                        {.bytes = bytes, .hops = servers, .wanted = static_cast<std::uint32_t>(bytes)});
          if (bytes > 10 && i > 3) break;
        }
      }
    }
  }

 private:
  std::uint32_t upto(std::uint32_t most) { return static_cast<std::uint32_t>(dice_() % (most + 1)); }
  bool chance(std::uint32_t percent) { return upto(99) < percent; }
  Actor some_server() { return upto(servers - 1); }
  std::uint32_t some_work() { return chance(5) ? upto(2000) : 0; }
  std::chrono::nanoseconds short_while() { return std::chrono::microseconds(upto(20'000)); }

  std::size_t some_size() {
    const auto kind = upto(99);
    if (kind < 70) return upto(100);
    if (kind < 88) return upto(4096);
    if (kind < 95) return 15'000 + upto(5000);  // on both sides of what a ring takes
    if (kind < 99) return upto(200'000);
    return upto(1 << 20);
  }

  static void rest(std::uint32_t microseconds) {
    const timespec time{0, static_cast<long>(microseconds) * 1000};
    ::nanosleep(&time, nullptr);
  }

  Actor me_;
  std::mt19937_64 dice_;
  Book book_ = Book::of_environment();
  std::optional<Node> node_;
  std::optional<Speaker> speaker_;
  std::uint64_t visits_ = 0;
};

// A place in the node for a few messages only, again and again: slots and rings are made and freed.
bool visit_shortly(Client& client, std::mt19937_64& dice) {
  if (!client.visit()) return false;
  for (auto left = dice() % 5; left > 0 && !told_to_end; --left)
    dice() % 2 == 0 ? client.call() : client.cast();
  client.leave();
  return true;
}

int run(std::string_view manner, Client& client, std::uint64_t seed) {
  constexpr int no_node = 3;
  if (manner == "visitor") {
    std::mt19937_64 dice(~seed);
    while (!told_to_end) {
      if (!visit_shortly(client, dice)) return no_node;
    }
    return 0;
  }
  if (!client.visit()) return no_node;
  if (manner == "guide") client.walk_all_ways();
  while (!told_to_end && manner != "guide") manner == "caller" ? client.call() : client.cast_burst();
  return 0;
}

}  // namespace
}  // namespace ninelives::storm

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  std::signal(SIGTERM, [](int) { ninelives::storm::told_to_end = 1; });
  const auto seed = std::strtoull(argv[3], nullptr, 10);
  ninelives::storm::Client client(static_cast<ninelives::storm::Actor>(std::atoi(argv[1])), seed);
  return run(argv[2], client, seed);
}
