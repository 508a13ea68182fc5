// kill -9 of clients in the middle of calls.
#include <catch2/catch.hpp>
#include <iostream>
#include <signal.h>

#include <ninelives/node.hpp>

#include "tests/crash/footprint.hpp"
#include "tests/crash/load.hpp"
#include "tests/programs/ledger.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

// Starts a client, lets it call for a while, kills it.
void kill_one_client(std::chrono::milliseconds while_calling) {
  Program client({.command = {test_program("caller")}});
  REQUIRE(
      wait_until([&] { return client.out() == "!" || client.ends_within(std::chrono::milliseconds(0)); }));
  client.ends_within(while_calling);
  client.signal(SIGKILL);
  const Ended ended = client.wait();
  CAPTURE(ended.err);
  REQUIRE(ended.signal == SIGKILL);
}

bool serves() {
  const auto node = Node::attach();
  return node && whereis<LedgerApi>("ledger").call(Repeat{1}).value_or(0) == 1;
}

}  // namespace

TEST_CASE("clients that are killed in the middle of calls leave nothing behind and the server serves on") {
  constexpr int clients = 200;
  const auto seed = crash_seed();
  CAPTURE(seed);
  std::cout << "NINELIVES_SEED=" << seed << '\n';
  RandomMoments moments(seed, std::chrono::milliseconds(10));

  const Sandbox sandbox;
  RunningNode node(sandbox, tree_of({worker("ledger", {test_program("ledger")})}),
                   {{"LEDGER", sandbox / "ledger"}});
  node.wait_for_start("ledger");
  const pid_t worker = node.child("ledger").pid;
  const Footprint before = footprint_of(node, worker);

  for (int i = 0; i < clients; ++i) {
    kill_one_client(std::chrono::duration_cast<std::chrono::milliseconds>(moments.next()));
  }
  CHECK(serves());
  const Footprint after = settled_footprint(node, worker, before);
  CAPTURE(before, after);
  std::cout << "before: " << before << "\nafter:  " << after << '\n';
  CHECK(after.fits_into(before));
  CHECK(node.events().story_of("ledger") == "starting started");
  CHECK(node.stop().code == 0);
}

}  // namespace ninelives::test
