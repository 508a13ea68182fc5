// A client of the storm, outside the tree: `storm_client NUMBER MANNER SEED`, where the manner is
// caller, caster, visitor, provoker or guide. On SIGTERM it finishes what it is at, and ends; only a guide
// ends by itself, when it has walked every way once.
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
  bool has_place() const { return node_.has_value(); }

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

  // A place in the node for a few messages only: slots and rings are made and freed.
  bool visit_shortly() {
    if (!visit()) return false;
    for (auto left = upto(4); left > 0 && !told_to_end; --left) chance(50) ? call() : cast();
    node_.reset();
    return true;
  }

  // The vandal does what it does whenever it is spoken to. What becomes of that is its own affair.
  bool provoke() {
    if (!visit()) return false;
    const auto target = whereis<StormApi>("vandal");
    const auto a_moment = std::chrono::milliseconds(200);
    for (std::uint64_t number = 1; number < 4; ++number) {
      static_cast<void>(target.call(Ask{.letter = sealed(me_, visits_, number, some_size())}, a_moment));
    }
    node_.reset();
    return true;
  }

  // Every way that a message can take, small and large.
  void walk_all_ways() {
    for (const std::size_t bytes : {std::size_t{10}, std::size_t{100'000}}) {
      for (Actor server = 0; server < servers; ++server) {
        for (int i = 0; i < 20; ++i) {
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

// False: there is no node any more.
bool take_part(std::string_view manner, Client& client) {
  if (manner == "visitor") return client.visit_shortly();
  if (manner == "provoker") return client.provoke();
  if (!client.has_place() && !client.visit()) return false;
  if (manner == "guide") {
    client.walk_all_ways();
    told_to_end = 1;
  } else if (manner == "caller") {
    client.call();
  } else {
    client.cast_burst();
  }
  return true;
}

int run(std::string_view manner, Client& client) {
  constexpr int no_node = 3;
  while (!told_to_end) {
    if (!take_part(manner, client)) return no_node;
  }
  return 0;
}

}  // namespace
}  // namespace ninelives::storm

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  std::signal(SIGTERM, [](int) { ninelives::storm::told_to_end = 1; });
  const auto seed = std::strtoull(argv[3], nullptr, 10);
  ninelives::storm::Client client(static_cast<ninelives::storm::Actor>(std::atoi(argv[1])), seed);
  return run(argv[2], client);
}
