// kill -9 of processes that others watch, are linked to, and call, at any moment of it: each watcher hears of
// each end exactly once, each call ends, and nobody is left linked to the dead.
#include <catch2/catch.hpp>
#include <random>

#include <ninelives/sys.hpp>

#include "tests/e2e/flock.hpp"
#include "tests/support/seed.hpp"

namespace ninelives::test {
namespace {

constexpr int rounds = 150;
const std::vector<std::string> victims{"a", "b", "c", "d"};

bool is_end(const std::string& words, const std::string& kind) {
  return words == kind + " signal(9)" || words == kind + " noproc";
}

// What the watcher has heard since the last round: one Down and one Exit, in any order.
void check_round(const std::vector<std::string>& heard, std::size_t before) {
  REQUIRE(heard.size() == before + 2);
  const std::string& one = heard[before];
  const std::string& two = heard[before + 1];
  CAPTURE(one, two);
  CHECK(((is_end(one, "down") && is_end(two, "exit")) || (is_end(one, "exit") && is_end(two, "down"))));
}

}  // namespace

TEST_CASE("who is watched and linked may be killed at any moment: its watcher hears it once, and calls end") {
  const auto first = seed();
  INFO("replay with NINELIVES_SEED=" << first);
  std::mt19937_64 random(first);
  const Flock flock({"a", "b", "c", "d", "watcher"});
  const auto watcher = flock.ref("watcher");
  REQUIRE(watcher.cast(Trap{}));
  std::size_t before = 0;
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    const std::string& victim = victims[random() % victims.size()];
    REQUIRE(flock.running.wait_for_state(victim, "running").state == "running");
    const Pid pid = flock.pid(victim);
    const bool settles = random() % 2 == 0;  // or everything is still on its way when it dies
    REQUIRE(watcher.cast(Watch{pid}));
    REQUIRE(watcher.cast(Tie{pid}));
    auto request = Ref<ParrotApi>(pid).send_request(Do{Do::What::reply_later});
    if (settles) (void)flock.heard("watcher");
    flock.running.kill_child(victim);
    const auto outcome = request.receive(std::chrono::seconds(20));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind != CallError::Kind::timeout);
    REQUIRE(wait_until([&] { return flock.heard("watcher").size() >= before + 2; }));
    check_round(flock.heard("watcher"), before);
    before += 2;
  }
  CHECK(sys::get_status("watcher")->links.empty());
}

TEST_CASE("in a ring of links one that is killed takes all along, each time, and all come again") {
  const auto first = seed();
  INFO("replay with NINELIVES_SEED=" << first);
  std::mt19937_64 random(first);
  const Flock flock(victims);
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    std::vector<Pid> pids;
    for (const std::string& victim : victims) {
      flock.running.wait_for_state(victim, "running");
      pids.push_back(flock.pid(victim));
    }
    for (std::size_t i = 0; i < victims.size(); ++i) {
      REQUIRE(flock.ref(victims[i]).cast(Tie{pids[(i + 1) % pids.size()]}));
    }
    if (random() % 2 == 0) {
      for (const std::string& victim : victims) (void)flock.ref(victim).call(Heard{});
    }
    flock.running.kill_child(victims[random() % victims.size()]);
    // Whoever was told of its link falls; in a ring that is everybody, by one side or the other.
    REQUIRE(wait_until([&] {
      for (std::size_t i = 0; i < victims.size(); ++i) {
        const auto now = flock.ref(victims[i]).pid();
        if (!now || *now == pids[i]) return false;
      }
      return true;
    }));
  }
}

}  // namespace ninelives::test
