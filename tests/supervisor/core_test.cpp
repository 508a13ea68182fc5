#include <catch2/catch.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "supervisor/core/supervisor.hpp"
#include "tests/supervisor/core_tree.hpp"

using namespace std::chrono_literals;
using namespace ninelives::supervisor;
using namespace ninelives::supervisor::test;

TEST_CASE("The boot starts each child only when the one before is ready", "[supervisor]") {
  Tree tree(permanent(3));
  CHECK(tree->phase() == Phase::idle);
  CHECK(tree.step(Boot{}) == Lines{"0/1 starting", "launch 0/1"});
  CHECK(tree.step(Ready{0, 1}) == Lines{"0/1 running", "1/1 starting", "launch 1/1"});
  CHECK(tree.step(Ready{1, 1}) == Lines{"1/1 running", "2/1 starting", "launch 2/1"});
  CHECK(tree->phase() == Phase::booting);
  CHECK(tree.step(Ready{2, 1}) == Lines{"2/1 running"});
  CHECK(tree->phase() == Phase::running);
}

TEST_CASE("A supervisor without children boots and stops at once", "[supervisor]") {
  Tree tree({});
  CHECK(tree.step(Boot{}).empty());
  CHECK(tree->phase() == Phase::running);
  CHECK(tree.step(StopAll{}) == Lines{"finished: stopped"});
}

TEST_CASE("A supervisor that is stopped before its boot finishes without a launch", "[supervisor]") {
  Tree tree(permanent(2));
  CHECK(tree.step(StopAll{}) == Lines{"finished: stopped"});
  CHECK(tree.step(Boot{}).empty());
}

TEST_CASE("A failed start at boot stops the started children in reverse order and is not tried again",
          "[supervisor]") {
  const auto failure = GENERATE(Event{LaunchFailed{2, 1}}, Event{Exited{2, 1, Ending::abnormal}},
                                Event{Exited{2, 1, Ending::normal}}, Event{Exited{2, 1, Ending::shutdown}});
  Tree tree(permanent(4));
  tree.step(Boot{});
  tree.step(Ready{0, 1});
  tree.step(Ready{1, 1});
  CHECK(tree.step(failure) == Lines{"2/1 stopped", "1/1 stopping", "ask_to_stop 1/1"});
  CHECK(tree.step(Exited{1, 1, Ending::shutdown}) == Lines{"1/1 stopped", "0/1 stopping", "ask_to_stop 0/1"});
  CHECK(tree.step(Exited{0, 1, Ending::shutdown}) == Lines{"0/1 stopped", "finished: failed_to_start 2"});
  CHECK(tree->state(3) == ChildState::stopped);
  CHECK(tree->life(3) == 0);
}

TEST_CASE("A temporary child that fails to start at boot fails the boot like any other", "[supervisor]") {
  Tree tree({{.id = "a", .restart = Restart::temporary}});
  tree.step(Boot{});
  CHECK(tree.step(LaunchFailed{0, 1}) == Lines{"0/1 gone", "finished: failed_to_start 0"});
}

TEST_CASE("A child that crashes while others are booting is restarted meanwhile", "[supervisor]") {
  Tree tree(permanent(2));
  tree.step(Boot{});
  tree.step(Ready{0, 1});
  CHECK(tree.step(crash(0, 1)) == Lines{"0/1 restarting", "0/2 starting", "launch 0/2"});
  CHECK(tree.step(Ready{1, 1}) == Lines{"1/1 running"});
  CHECK(tree->phase() == Phase::running);
  CHECK(tree.step(Ready{0, 2}) == Lines{"0/2 running"});
}

TEST_CASE("A restarted child that becomes ready while others are booting does not move the boot",
          "[supervisor]") {
  Tree tree(permanent(3));
  tree.step(Boot{});
  tree.step(Ready{0, 1});
  tree.step(crash(0, 1));
  CHECK(tree.step(Ready{0, 2}) == Lines{"0/2 running"});
  CHECK(tree.step(Ready{1, 1}) == Lines{"1/1 running", "2/1 starting", "launch 2/1"});
}

TEST_CASE("A child that is stopped by request during its boot start lets the boot go on", "[supervisor]") {
  Tree tree(permanent(2));
  tree.step(Boot{});
  CHECK(tree.step(StopChild{0}) == Lines{"0/1 stopping", "ask_to_stop 0/1"});
  CHECK(tree.step(Ready{0, 1}).empty());
  CHECK(tree.step(crash(0, 1)) == Lines{"0/1 stopped", "1/1 starting", "launch 1/1"});
  CHECK(tree.step(StartChild{0}) == Lines{"0/2 starting", "launch 0/2"});
}

TEST_CASE("A request cannot start a child that the boot has not reached", "[supervisor]") {
  Tree tree(permanent(2));
  CHECK(tree.step(StartChild{0}).empty());
  tree.step(Boot{});
  CHECK(tree.step(StartChild{1}).empty());
}

TEST_CASE("Every restart type answers every ending as OTP's matrix says", "[supervisor]") {
  const Lines restarted{"0/1 restarting", "0/2 starting", "launch 0/2"};
  const Lines stopped{"0/1 stopped"};
  const Lines removed{"0/1 gone"};
  struct Row {
    Restart restart;
    Ending ending;
    Lines expected;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {Restart::permanent, Ending::normal, restarted},
      {Restart::permanent, Ending::shutdown, restarted},
      {Restart::permanent, Ending::abnormal, restarted},
      {Restart::transient, Ending::normal, stopped},
      {Restart::transient, Ending::shutdown, stopped},
      {Restart::transient, Ending::abnormal, restarted},
      {Restart::temporary, Ending::normal, removed},
      {Restart::temporary, Ending::shutdown, removed},
      {Restart::temporary, Ending::abnormal, removed},
  }));
  Tree tree({{.id = "a", .restart = row.restart}, {.id = "b"}});
  tree.booted();
  CHECK(tree.step(Exited{0, 1, row.ending}) == row.expected);
  CHECK(tree->state(1) == ChildState::running);
}

TEST_CASE("The restart beyond the intensity makes the supervisor give up", "[supervisor]") {
  Tree tree(permanent(3), 1, 5s);
  tree.booted();
  tree.step(crash(1, 1));
  tree.step(Ready{1, 2});
  tree.now += 5s;
  CHECK(tree.step(crash(1, 2)) == Lines{"1/2 stopped", "2/1 stopping", "ask_to_stop 2/1"});
  CHECK(tree.step(crash(2, 1)) == Lines{"2/1 stopped", "0/1 stopping", "ask_to_stop 0/1"});
  CHECK(tree.step(crash(0, 1)) == Lines{"0/1 stopped", "finished: gave_up 1"});
}

TEST_CASE("The intensity is shared by all children", "[supervisor]") {
  Tree tree(permanent(3), 2);
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(crash(1, 1));
  CHECK(tree.step(crash(2, 1)) == Lines{"2/1 stopped", "1/2 stopping", "ask_to_stop 1/2"});
}

TEST_CASE("Only restarts of permanent and transient children are charged", "[supervisor]") {
  std::vector<ChildSpec> children = permanent(5);
  for (ChildIndex child = 0; child < 3; ++child) children[child].restart = Restart::temporary;
  children[3].restart = Restart::transient;
  Tree tree(std::move(children), 1);
  tree.booted();
  for (ChildIndex child = 0; child < 3; ++child) tree.step(crash(child, 1));
  tree.step(Exited{3, 1, Ending::normal});
  tree.step(StartChild{3});
  tree.step(LaunchFailed{3, 2});
  tree.step(StopChild{4});
  tree.step(crash(4, 1));
  tree.step(StartChild{4});
  tree.step(Ready{4, 2});
  CHECK(tree.step(crash(4, 2)) == Lines{"4/2 restarting", "4/3 starting", "launch 4/3"});
  CHECK(tree.step(crash(4, 3)) == Lines{"4/3 restarting"});
  CHECK(tree.step(Tick{}) == Lines{"4/3 stopped", "finished: gave_up 4"});
}

TEST_CASE("A restart whose start fails is tried again at the next tick and charged each time",
          "[supervisor]") {
  Tree tree(permanent(1), 2);
  tree.booted();
  tree.step(crash(0, 1));
  CHECK(tree.step(LaunchFailed{0, 2}) == Lines{"0/2 restarting"});
  CHECK(tree->next_deadline() == tree.now);
  CHECK(tree.step(Tick{}) == Lines{"0/3 starting", "launch 0/3"});
  CHECK(tree->next_deadline() == std::nullopt);
  CHECK(tree.step(Exited{0, 3, Ending::normal}) == Lines{"0/3 restarting"});
  CHECK(tree.step(Tick{}) == Lines{"0/3 stopped", "finished: gave_up 0"});
}

TEST_CASE("Retries take place in the order in which the starts failed", "[supervisor]") {
  Tree tree(permanent(2), 9);
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(crash(1, 1));
  tree.step(LaunchFailed{1, 2});
  tree.step(LaunchFailed{0, 2});
  CHECK(tree.step(Tick{}) == Lines{"1/3 starting", "launch 1/3", "0/3 starting", "launch 0/3"});
}

TEST_CASE("A tick in which the supervisor gives up tries no further child", "[supervisor]") {
  Tree tree(permanent(3), 2);
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(crash(2, 1));
  tree.step(LaunchFailed{0, 2});
  tree.step(LaunchFailed{2, 2});
  CHECK(tree.step(Tick{}) == Lines{"0/2 stopped", "2/2 stopped", "1/1 stopping", "ask_to_stop 1/1"});
}

TEST_CASE("Requests that come before the tick can cancel a retry for good", "[supervisor]") {
  Tree tree(permanent(1));
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(LaunchFailed{0, 2});
  CHECK(tree.step(StopChild{0}) == Lines{"0/2 stopped"});
  CHECK(tree->next_deadline() == std::nullopt);
  CHECK(tree.step(Tick{}).empty());
}

TEST_CASE("A stop takes one child after the other in reverse start order", "[supervisor]") {
  Tree tree(permanent(3));
  tree.booted();
  CHECK(tree.step(StopAll{}) == Lines{"2/1 stopping", "ask_to_stop 2/1"});
  CHECK(tree.step(StopAll{}).empty());
  CHECK(tree.step(Exited{2, 1, Ending::shutdown}) == Lines{"2/1 stopped", "1/1 stopping", "ask_to_stop 1/1"});
  CHECK(tree.step(Exited{1, 1, Ending::shutdown}) == Lines{"1/1 stopped", "0/1 stopping", "ask_to_stop 0/1"});
  CHECK(tree.step(Exited{0, 1, Ending::shutdown}) == Lines{"0/1 stopped", "finished: stopped"});
  CHECK(tree->finished());
  CHECK(tree.step(KillAll{}).empty());
}

TEST_CASE("A crash while the supervisor stops is only noted", "[supervisor]") {
  Tree tree(permanent(3));
  tree.booted();
  tree.step(StopAll{});
  CHECK(tree.step(crash(1, 1)) == Lines{"1/1 stopped"});
  CHECK(tree.step(crash(2, 1)) == Lines{"2/1 stopped", "0/1 stopping", "ask_to_stop 0/1"});
}

TEST_CASE("A stop during the boot takes the child that is starting first", "[supervisor]") {
  Tree tree(permanent(3));
  tree.step(Boot{});
  tree.step(Ready{0, 1});
  CHECK(tree.step(StopAll{}) == Lines{"1/1 stopping", "ask_to_stop 1/1"});
  CHECK(tree.step(LaunchFailed{1, 1}) == Lines{"1/1 stopped", "0/1 stopping", "ask_to_stop 0/1"});
}

TEST_CASE("A stop takes down whatever awaits a retry before it asks anyone", "[supervisor]") {
  Tree tree(permanent(2));
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(LaunchFailed{0, 2});
  CHECK(tree.step(StopAll{}) == Lines{"0/2 stopped", "1/1 stopping", "ask_to_stop 1/1"});
}

TEST_CASE("Requests about single children are dropped while the supervisor stops", "[supervisor]") {
  Tree tree(permanent(3));
  tree.booted();
  tree.step(StopChild{1});
  tree.step(crash(1, 1));
  tree.step(StopAll{});
  CHECK(tree.step(StartChild{1}).empty());
  CHECK(tree.step(StopChild{0}).empty());
}

TEST_CASE("A stop waits for a child that is stopping already without asking it twice", "[supervisor]") {
  Tree tree(permanent(2));
  tree.booted();
  tree.step(StopChild{1});
  CHECK(tree.step(StopAll{}).empty());
  CHECK(tree.step(crash(1, 1)) == Lines{"1/1 stopped", "0/1 stopping", "ask_to_stop 0/1"});
}

TEST_CASE("A child that ignores its shutdown is killed at the deadline and then awaited without one",
          "[supervisor]") {
  Tree tree({{.id = "a", .shutdown = within(2s)}, {.id = "b", .shutdown = within(3s)}});
  tree.booted();
  CHECK(tree.step(StopAll{}) == Lines{"1/1 stopping", "ask_to_stop 1/1"});
  CHECK(tree->next_deadline() == tree.now + 3s);
  tree.now += 3s - 1ns;
  CHECK(tree.step(Tick{}).empty());
  tree.now += 1ns;
  CHECK(tree.step(Tick{}) == Lines{"kill 1/1"});
  CHECK(tree->next_deadline() == std::nullopt);
  tree.now += 1h;
  CHECK(tree.step(crash(1, 1)) == Lines{"1/1 stopped", "0/1 stopping", "ask_to_stop 0/1"});
  CHECK(tree->next_deadline() == tree.now + 2s);
}

TEST_CASE("An exit that is reported before the late tick spares the child the kill", "[supervisor]") {
  Tree tree({{.id = "a", .shutdown = within(2s)}});
  tree.booted();
  tree.step(StopChild{0});
  tree.now += 4s;
  CHECK(tree.step(Exited{0, 1, Ending::shutdown}) == Lines{"0/1 stopped"});
  CHECK(tree->next_deadline() == std::nullopt);
}

TEST_CASE("A shutdown time of 0 kills at the next tick", "[supervisor]") {
  Tree tree({{.id = "a", .shutdown = within(0s)}});
  tree.booted();
  CHECK(tree.step(StopAll{}) == Lines{"0/1 stopping", "ask_to_stop 0/1"});
  CHECK(tree->next_deadline() == tree.now);
  CHECK(tree.step(Tick{}) == Lines{"kill 0/1"});
}

TEST_CASE("The longest possible shutdown time does not overflow", "[supervisor]") {
  Tree tree({{.id = "a", .shutdown = within(std::chrono::nanoseconds::max())}});
  tree.booted();
  tree.step(StopAll{});
  CHECK(tree->next_deadline() == TimePoint::max());
}

TEST_CASE("A brutal kill asks nothing and sets no deadline", "[supervisor]") {
  Tree tree({{.id = "a", .shutdown = brutal_kill}});
  tree.booted();
  CHECK(tree.step(StopAll{}) == Lines{"0/1 stopping", "kill 0/1"});
  CHECK(tree->next_deadline() == std::nullopt);
}

TEST_CASE("An infinite shutdown asks and sets no deadline", "[supervisor]") {
  Tree tree({{.id = "a", .shutdown = infinity}});
  tree.booted();
  CHECK(tree.step(StopAll{}) == Lines{"0/1 stopping", "ask_to_stop 0/1"});
  CHECK(tree->next_deadline() == std::nullopt);
}

TEST_CASE("Kill-all kills every process at once in reverse order and waits for all of them", "[supervisor]") {
  Tree tree(permanent(3));
  tree.booted();
  CHECK(tree.step(KillAll{}) ==
        Lines{"2/1 stopping", "kill 2/1", "1/1 stopping", "kill 1/1", "0/1 stopping", "kill 0/1"});
  CHECK(tree.step(crash(0, 1)) == Lines{"0/1 stopped"});
  CHECK(tree.step(crash(2, 1)) == Lines{"2/1 stopped"});
  CHECK(tree.step(crash(1, 1)) == Lines{"1/1 stopped", "finished: stopped"});
}

TEST_CASE("Kill-all during a stop kills the child that was asked and those that were not", "[supervisor]") {
  Tree tree(permanent(2));
  tree.booted();
  tree.step(StopAll{});
  CHECK(tree.step(KillAll{}) == Lines{"kill 1/1", "0/1 stopping", "kill 0/1"});
  CHECK(tree->next_deadline() == std::nullopt);
  CHECK(tree.step(KillAll{}).empty());
}

TEST_CASE("A stop while the supervisor gives up does not change why it finished", "[supervisor]") {
  Tree tree(permanent(2), 0);
  tree.booted();
  tree.step(crash(0, 1));
  tree.step(StopAll{});
  tree.step(KillAll{});
  CHECK(tree.step(crash(1, 1)) == Lines{"1/1 stopped", "finished: gave_up 0"});
}

TEST_CASE("A child that was killed in one life can be killed in the next", "[supervisor]") {
  Tree tree({{.id = "a", .shutdown = brutal_kill}});
  tree.booted();
  tree.step(StopChild{0});
  tree.step(crash(0, 1));
  tree.step(StartChild{0});
  CHECK(tree.step(StopChild{0}) == Lines{"0/2 stopping", "kill 0/2"});
}

TEST_CASE("A temporary child that is stopped is gone and cannot be started again", "[supervisor]") {
  Tree tree({{.id = "a", .restart = Restart::temporary}});
  tree.booted();
  tree.step(StopChild{0});
  CHECK(tree.step(Exited{0, 1, Ending::shutdown}) == Lines{"0/1 gone"});
  CHECK(tree.step(StartChild{0}).empty());
}

TEST_CASE("News of a former life or of an unknown child is dropped", "[supervisor]") {
  Tree tree(permanent(1));
  tree.booted();
  tree.step(crash(0, 1));
  for (const Event& event :
       {Event{Ready{0, 1}}, Event{LaunchFailed{0, 1}}, Event{crash(0, 1)}, Event{Ready{0, 3}},
        Event{crash(1, 1)}, Event{Ready{7, 0}}, Event{StopChild{1}}, Event{StartChild{1}}}) {
    CAPTURE(to_string(event));
    CHECK(tree.step(event).empty());
    CHECK(tree->state(0) == ChildState::starting);
  }
}

TEST_CASE("500 of 10 000 children that die at once are all launched again, each in one step",
          "[supervisor]") {
  Tree tree(permanent(10'000), 500);
  tree.booted();
  std::size_t launched = 0;
  for (ChildIndex child = 0; child < 500; ++child)
    launched += tree.step(crash(child * 20, 1)).size() == 3 ? 1U : 0U;
  CHECK(launched == 500);
  CHECK(tree->phase() == Phase::running);
}
