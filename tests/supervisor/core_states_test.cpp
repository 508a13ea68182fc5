#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "supervisor/core/supervisor.hpp"
#include "tests/supervisor/core_tree.hpp"

using namespace std::chrono_literals;
using namespace ninelives::supervisor;
using namespace ninelives::supervisor::test;

// Every state of a child against every event. `path` leads the only child into the state; each cell is what
// the supervisor does when `event` follows.

namespace {

struct Cell {
  Event event;
  Lines expected;
};

struct State {
  std::string name;
  std::vector<Event> path;
  ChildState state;
  std::vector<Cell> cells;
};

const Ready ready{0, 2};
const LaunchFailed launch_failed{0, 2};
const Exited exited_normal{0, 2, Ending::normal};
const Exited exited_shutdown{0, 2, Ending::shutdown};
const Exited exited_abnormal{0, 2, Ending::abnormal};

// Child 0 is in its second life wherever it has one, so that the first is a former one.
const std::vector<Event> restarted{Boot{}, Ready{0, 1}, Exited{0, 1, Ending::abnormal}};
const std::vector<Event> requested{Boot{}, Ready{0, 1}, StopChild{0}, Exited{0, 1, Ending::shutdown},
                                   StartChild{0}};

std::vector<Event> then(std::vector<Event> path, const std::vector<Event>& more) {
  path.insert(path.end(), more.begin(), more.end());
  return path;
}

const Lines nothing{};
const Lines asked{"0/2 stopping", "ask_to_stop 0/2"};
const Lines killed{"0/2 stopping", "kill 0/2"};
const Lines next_life{"0/2 restarting", "0/3 starting", "launch 0/3"};
const Lines down{"0/2 stopped"};
const Lines finished{"finished: stopped"};
const Lines down_finished{"0/2 stopped", "finished: stopped"};

std::vector<Cell> started_by_restart_or_request(const Lines& start_failed) {
  return {{Boot{}, nothing},
          {Ready{0, 1}, nothing},
          {ready, {"0/2 running"}},
          {launch_failed, start_failed},
          {exited_normal, start_failed},
          {exited_shutdown, start_failed},
          {exited_abnormal, start_failed},
          {StopAll{}, asked},
          {KillAll{}, killed},
          {StopChild{0}, asked},
          {StartChild{0}, nothing},
          {Tick{}, nothing}};
}

std::vector<Cell> stopping(const Lines& kill, const Lines& tick, const Lines& ended) {
  return {{Boot{}, nothing},        {ready, nothing},         {launch_failed, ended}, {exited_normal, ended},
          {exited_shutdown, ended}, {exited_abnormal, ended}, {StopAll{}, nothing},   {KillAll{}, kill},
          {StopChild{0}, nothing},  {StartChild{0}, nothing}, {Tick{}, tick}};
}

std::vector<State> states() {
  const Lines boot_failed{"0/1 stopped", "finished: failed_to_start 0"};
  const Lines asked_first{"0/1 stopping", "ask_to_stop 0/1"};
  return {
      {"never started",
       {},
       ChildState::stopped,
       {{Boot{}, {"0/1 starting", "launch 0/1"}},
        {Ready{0, 0}, nothing},
        {Ready{0, 1}, nothing},
        {LaunchFailed{0, 0}, nothing},
        {Exited{0, 0, Ending::normal}, nothing},
        {Exited{0, 0, Ending::shutdown}, nothing},
        {Exited{0, 0, Ending::abnormal}, nothing},
        {StopAll{}, finished},
        {KillAll{}, finished},
        {StopChild{0}, nothing},
        {StartChild{0}, nothing},
        {Tick{}, nothing}}},
      {"starting at boot",
       {Boot{}},
       ChildState::starting,
       {{Boot{}, nothing},
        {Ready{0, 1}, {"0/1 running"}},
        {LaunchFailed{0, 1}, boot_failed},
        {Exited{0, 1, Ending::normal}, boot_failed},
        {Exited{0, 1, Ending::shutdown}, boot_failed},
        {Exited{0, 1, Ending::abnormal}, boot_failed},
        {StopAll{}, asked_first},
        {KillAll{}, {"0/1 stopping", "kill 0/1"}},
        {StopChild{0}, asked_first},
        {StartChild{0}, nothing},
        {Tick{}, nothing}}},
      {"starting by a restart", restarted, ChildState::starting,
       started_by_restart_or_request({"0/2 restarting"})},
      {"starting by request", requested, ChildState::starting, started_by_restart_or_request(down)},
      {"running",
       then(restarted, {ready}),
       ChildState::running,
       {{Boot{}, nothing},
        {ready, nothing},
        {launch_failed, nothing},
        {exited_normal, next_life},
        {exited_shutdown, next_life},
        {exited_abnormal, next_life},
        {StopAll{}, asked},
        {KillAll{}, killed},
        {StopChild{0}, asked},
        {StartChild{0}, nothing},
        {Tick{}, nothing}}},
      {"stopping, asked", then(restarted, {ready, StopChild{0}}), ChildState::stopping,
       stopping({"kill 0/2"}, {"kill 0/2"}, down)},
      {"stopping before it was ready", then(restarted, {StopChild{0}}), ChildState::stopping,
       stopping({"kill 0/2"}, {"kill 0/2"}, down)},
      {"stopping, killed", then(restarted, {ready, StopChild{0}, Tick{}}), ChildState::stopping,
       stopping(nothing, nothing, down)},
      {"stopping with its supervisor", then(restarted, {ready, StopAll{}}), ChildState::stopping,
       stopping({"kill 0/2"}, {"kill 0/2"}, down_finished)},
      {"killed with its supervisor", then(restarted, {ready, KillAll{}}), ChildState::stopping,
       stopping(nothing, nothing, down_finished)},
      {"restarting",
       then(restarted, {launch_failed}),
       ChildState::restarting,
       {{Boot{}, nothing},
        {ready, nothing},
        {launch_failed, nothing},
        {exited_normal, nothing},
        {exited_shutdown, nothing},
        {exited_abnormal, nothing},
        {StopAll{}, down_finished},
        {KillAll{}, down_finished},
        {StopChild{0}, down},
        {StartChild{0}, nothing},
        {Tick{}, {"0/3 starting", "launch 0/3"}}}},
      {"stopped",
       then(restarted, {ready, StopChild{0}, exited_shutdown}),
       ChildState::stopped,
       {{Boot{}, nothing},
        {ready, nothing},
        {launch_failed, nothing},
        {exited_normal, nothing},
        {exited_shutdown, nothing},
        {exited_abnormal, nothing},
        {StopAll{}, finished},
        {KillAll{}, finished},
        {StopChild{0}, nothing},
        {StartChild{0}, {"0/3 starting", "launch 0/3"}},
        {Tick{}, nothing}}},
  };
}

}  // namespace

TEST_CASE("Every state of a child answers every event as the table says", "[supervisor]") {
  for (const State& state : states()) {
    for (const Cell& cell : state.cells) {
      Tree tree({{.id = "a", .shutdown = within(1s)}});
      for (const Event& event : state.path) {
        tree.step(event);
        tree.now += 2s;  // so that a Tick finds the deadline of a stop passed
      }
      CAPTURE(state.name, to_string(cell.event));
      REQUIRE(tree->state(0) == state.state);
      CHECK(tree.step(cell.event) == cell.expected);
    }
  }
}

TEST_CASE("A child that is gone answers no event", "[supervisor]") {
  for (const Event& event : {Event{Boot{}}, Event{Ready{0, 1}}, Event{LaunchFailed{0, 1}}, Event{crash(0, 1)},
                             Event{Exited{0, 1, Ending::normal}}, Event{Exited{0, 1, Ending::shutdown}},
                             Event{StopChild{0}}, Event{StartChild{0}}, Event{Tick{}}}) {
    Tree tree({{.id = "a", .restart = Restart::temporary}});
    tree.booted();
    tree.step(crash(0, 1));
    CAPTURE(to_string(event));
    REQUIRE(tree->state(0) == ChildState::gone);
    CHECK(tree.step(event).empty());
  }
}
