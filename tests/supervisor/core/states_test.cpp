// Every state of a child against every event: what its supervisor does, action by action.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/core/supervisor.hpp"
#include "tests/supervisor/core/tree.hpp"

using namespace std::chrono_literals;

namespace ninelives::supervisor::test {

namespace {

using Path = std::vector<Event>;

// What happens by event; an event that is not here changes nothing and leads to no action.
using Row = std::map<std::string, std::string>;

struct State {
  std::string name;
  SupervisorSpec spec;
  Path path;  // leads child 0 into the state; two seconds pass after each event
  ChildState state;
  Life life;
  Row row;
};

const std::vector<std::pair<std::string, Ending>> endings{
    {"exited normal", Ending::normal},
    {"exited shutdown", Ending::shutdown},
    {"exited shutdown, text", Ending::shutdown_with_text},
    {"exited killed", Ending::killed},
    {"exited ignored", Ending::ignored},
    {"exited abnormal", Ending::abnormal}};

// The columns. Each concerns child 0, whose id is a, in its present life or in the one before.
std::vector<std::pair<std::string, Event>> events(Life life, const SupervisorSpec& spec) {
  std::vector<std::pair<std::string, Event>> all{{"boot", Boot{}},
                                                 {"ready", Ready{0, life}},
                                                 {"launch failed", LaunchFailed{0, life}},
                                                 {"former ready", Ready{0, life - 1}},
                                                 {"former launch failed", LaunchFailed{0, life - 1}},
                                                 {"next ready", Ready{0, life + 1}},
                                                 {"stop_all", StopAll{}},
                                                 {"kill_all", KillAll{}},
                                                 {"tick", Tick{}},
                                                 {"start_child", StartChild{7, permanent("a")}},
                                                 {"terminate_child", TerminateChild{7, "a"}},
                                                 {"restart_child", RestartChild{7, "a"}},
                                                 {"delete_child", DeleteChild{7, "a"}},
                                                 {"change_spec", ChangeSpec{7, spec}}};
  for (const auto& [name, ending] : endings) {
    all.emplace_back(name, Exited{0, life, ending});
    all.emplace_back("former " + name, Exited{0, life - 1, ending});
  }
  return all;
}

Row operator+(Row row, const Row& more) {
  for (const auto& [event, actions] : more) row[event] = actions;
  return row;
}

// Whichever way the process ends, or fails to come to be.
Row however_it_ends(const std::string& actions) {
  Row row{{"launch failed", actions}};
  for (const auto& [name, ending] : endings) row[name] = actions;
  return row;
}

Path operator+(Path path, const Path& more) {
  path.insert(path.end(), more.begin(), more.end());
  return path;
}

ChildSpec a() { return ready_within(1s, stopped_by(within(1s), permanent("a"))); }
SupervisorSpec only(ChildSpec child) { return {.children = {std::move(child)}}; }
SupervisorSpec with_b(Strategy strategy) { return {.strategy = strategy, .children = {a(), permanent("b")}}; }

const Path alone{Boot{}, Ready{0, 1}};
const Path with_sibling{Boot{}, Ready{0, 1}, Ready{1, 1}};
const Path restarted = alone + Path{crash(0, 1)};  // child 0 is in its second life

const Row requests_of_a_process{{"restart_child", "reply 7 running"}, {"delete_child", "reply 7 running"}};
const Row requests_of_one_that_restarts{{"start_child", "reply 7 already_present"},
                                        {"restart_child", "reply 7 restarting"},
                                        {"delete_child", "reply 7 restarting"}};
const Row changes{{"change_spec", "reply 7 ok"}};

// A child that has a process and is not being stopped, in that life.
Row alive(const std::string& process) {
  const std::string stopping = process + " stopping; ";
  return requests_of_a_process + Row{{"stop_all", stopping + "ask_to_stop " + process},
                                     {"kill_all", stopping + "kill " + process},
                                     {"start_child", "reply 7 already_started " + process},
                                     {"terminate_child", stopping + "ask_to_stop " + process}};
}

Row starting(const std::string& process, const std::string& ready, const std::string& failed,
             const std::string& ignored) {
  return alive(process) + however_it_ends(failed) +
         Row{{"ready", process + " running; report progress " + process + ready},
             {"exited ignored", ignored},
             {"tick", "kill " + process}};
}

// It is killed already: whoever wants it to end waits for that.
Row given_up(const std::string& process, Row row) {
  row.erase("ready");
  row.erase("tick");
  for (const char* stop : {"stop_all", "kill_all", "terminate_child"}) row[stop] = process + " stopping";
  return row;
}

// A child that is being stopped; a permanent one should end with shutdown.
Row stopping(const std::string& process, const std::string& ended) {
  return however_it_ends("report shutdown_error " + process + "; " + ended) + Row{{"exited shutdown", ended}};
}

Row not_killed_yet(const std::string& process) {
  return {{"tick", "kill " + process}, {"kill_all", "kill " + process}};
}

std::vector<State> states_without_a_process() {
  using enum ChildState;
  return {
      {"stopped, never started",
       only(a()),
       {},
       stopped,
       0,
       {{"boot", "0/1 starting; launch 0/1"},
        {"stop_all", "finished: stopped"},
        {"kill_all", "finished: stopped"},
        {"start_child", "reply 7 already_present"},
        {"terminate_child", "reply 7 ok"},
        {"delete_child", "0/0 gone; reply 7 ok"}}},
      {"stopped", only(a()), restarted + Path{Ready{0, 2}, TerminateChild{1, "a"}, shut_down(0, 2)}, stopped,
       2,
       changes + Row{{"stop_all", "finished: stopped"},
                     {"kill_all", "finished: stopped"},
                     {"start_child", "reply 7 already_present"},
                     {"terminate_child", "reply 7 ok"},
                     {"restart_child", "0/3 starting; launch 0/3"},
                     {"delete_child", "0/2 gone; reply 7 ok"}}},
      {"restarting, awaiting the next tick", only(a()), restarted + Path{LaunchFailed{0, 2}}, restarting, 2,
       changes + requests_of_one_that_restarts +
           Row{{"stop_all", "0/2 stopped; finished: stopped"},
               {"kill_all", "0/2 stopped; finished: stopped"},
               {"tick", "0/3 starting; launch 0/3"},
               {"terminate_child", "0/2 stopped; reply 7 ok"}}},
      {"restarting, awaiting its delay", only(delayed_by({.first = 1s, .max = 1s, .jitter = 0}, a())),
       alone + Path{crash(0, 1)}, restarting, 1,
       changes + requests_of_one_that_restarts +
           Row{{"stop_all", "0/1 stopped; finished: stopped"},
               {"kill_all", "0/1 stopped; finished: stopped"},
               {"tick", "0/2 starting; launch 0/2"},
               {"terminate_child", "0/1 stopped; reply 7 ok"}}},
      {"restarting, awaiting the stops of its group", with_b(Strategy::one_for_all),
       with_sibling + Path{crash(0, 1)}, restarting, 1,
       requests_of_one_that_restarts + Row{{"stop_all", "0/1 stopped"},
                                           {"kill_all", "kill 1/1; 0/1 stopped"},
                                           {"terminate_child", "0/1 stopped; reply 7 ok"}}},
      {"restarting, awaiting its turn", with_b(Strategy::rest_for_one),
       with_sibling + Path{StartChild{1, permanent("c")}, crash(0, 1)}, restarting, 1,
       requests_of_one_that_restarts +
           Row{{"stop_all", "0/1 stopped; 2/1 stopping; ask_to_stop 2/1"},
               {"kill_all", "2/1 stopping; kill 2/1; 1/1 stopping; kill 1/1; 0/1 stopped"},
               {"terminate_child", "0/1 stopped; reply 7 ok"}}},
  };
}

std::vector<State> states_of_a_start() {
  const std::string boot_failed = "report start_error 0/1; 0/1 stopped; finished: failed_to_start 0";
  const Row by_boot = starting("0/1", "", boot_failed, "0/1 stopped");
  const Row by_restart =
      changes + starting("0/2", "", "report start_error 0/2; 0/2 restarting", "0/2 stopped");
  const Row by_start_child =
      changes + starting("0/1", "; reply 1 started 0/1", "0/1 gone; reply 1 start_failed 0/1",
                         "0/1 stopped; reply 1 ignored");
  const Row by_restart_child =
      changes + starting("0/2", "; reply 2 started 0/2", "0/2 stopped; reply 2 start_failed 0/2",
                         "0/2 stopped; reply 2 ignored");
  const SupervisorSpec none{.children = {}};
  const Path started{Boot{}, StartChild{1, a()}};
  const Path started_again = alone + Path{TerminateChild{1, "a"}, shut_down(0, 1), RestartChild{2, "a"}};
  const Path too_late{Tick{}};
  return {
      {"starting at boot", only(a()), {Boot{}}, ChildState::starting, 1, by_boot},
      {"starting by a restart", only(a()), restarted, ChildState::starting, 2, by_restart},
      {"starting by start_child", none, started, ChildState::starting, 1, by_start_child},
      {"starting by restart_child", only(a()), started_again, ChildState::starting, 2, by_restart_child},
      {"start given up, at boot", only(a()), Path{Boot{}} + too_late, ChildState::starting, 1,
       given_up("0/1", by_boot)},
      {"start given up, by a restart", only(a()), restarted + too_late, ChildState::starting, 2,
       given_up("0/2", by_restart)},
      {"start given up, by start_child", none, started + too_late, ChildState::starting, 1,
       given_up("0/1", by_start_child)},
      {"start given up, by restart_child", only(a()), started_again + too_late, ChildState::starting, 2,
       given_up("0/2", by_restart_child)},
  };
}

std::vector<State> states_of_a_process() {
  const std::string next_life = "0/2 restarting; 0/3 starting; launch 0/3";
  const Path running = restarted + Path{Ready{0, 2}};
  const Path told = running + Path{TerminateChild{1, "a"}};
  const Path with_its_group =
      with_sibling + Path{crash(0, 1), shut_down(1, 1), Ready{0, 2}, Ready{1, 2}, crash(1, 2)};
  const Row down = changes + stopping("0/2", "0/2 stopped; reply 1 ok");
  const Row finished = stopping("0/2", "0/2 stopped; finished: stopped");
  Row running_row = changes + alive("0/2") + however_it_ends("report child_terminated 0/2; " + next_life);
  running_row.erase("launch failed");  // it has come to be
  return {
      {"running", only(a()), running, ChildState::running, 2, running_row},
      {"stopping, asked", only(a()), told, ChildState::stopping, 2, down + not_killed_yet("0/2")},
      {"stopping, asked before it was ready", only(a()), restarted + Path{TerminateChild{1, "a"}},
       ChildState::stopping, 2, down + not_killed_yet("0/2")},
      {"stopping, killed", only(a()), told + Path{Tick{}}, ChildState::stopping, 2, down},
      {"stopping, to be started again", with_b(Strategy::one_for_all), with_its_group, ChildState::stopping,
       2,
       stopping("0/2", next_life) + not_killed_yet("0/2") + requests_of_a_process +
           Row{{"stop_all", "1/2 stopped"},
               {"kill_all", "kill 0/2; 1/2 stopped"},
               {"start_child", "reply 7 already_started 0/2"}}},
      {"stopping with its supervisor", only(a()), running + Path{StopAll{}}, ChildState::stopping, 2,
       finished + not_killed_yet("0/2")},
      {"killed with its supervisor", only(a()), running + Path{KillAll{}}, ChildState::stopping, 2, finished},
  };
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

Tree led(const SupervisorSpec& spec, const Path& path) {
  Tree tree(spec);
  for (const Event& event : path) {
    tree.step(event);
    tree.now += 2s;  // so that a Tick finds passed what there is of deadlines
  }
  return tree;
}

void check_row(const State& state) {
  const auto columns = events(state.life, state.spec);
  for (const auto& [name, event] : columns) {
    Tree tree = led(state.spec, state.path);
    CAPTURE(state.name, name);
    REQUIRE(tree->state(0) == state.state);
    REQUIRE(tree->life(0) == state.life);
    const auto cell = state.row.find(name);
    CHECK(joined(tree.step(event)) == (cell == state.row.end() ? "" : cell->second));
  }
  for (const auto& [name, actions] : state.row) {
    CAPTURE(state.name, name);
    CHECK(std::ranges::count(columns, name, &std::pair<std::string, Event>::first) == 1);
  }
}

}  // namespace

TEST_CASE("A child without a process answers every event as the table says", "[core]") {
  for (const State& state : states_without_a_process()) check_row(state);
}

TEST_CASE("A child that starts answers every event as the table says", "[core]") {
  for (const State& state : states_of_a_start()) check_row(state);
}

TEST_CASE("A child that runs or is stopped answers every event as the table says", "[core]") {
  for (const State& state : states_of_a_process()) check_row(state);
}

TEST_CASE("A child that is gone answers nothing, and its id is free", "[core]") {
  const Row row{{"stop_all", "finished: stopped"},
                {"kill_all", "finished: stopped"},
                {"start_child", "added 1; 1/1 starting; launch 1/1"},
                {"terminate_child", "reply 7 not_found"},
                {"restart_child", "reply 7 not_found"},
                {"delete_child", "reply 7 not_found"},
                {"change_spec", "added 1; reply 7 ok"}};
  const SupervisorSpec spec = only(temporary("a"));
  for (const auto& [name, event] : events(1, spec)) {
    Tree tree = led(spec, alone + Path{crash(0, 1)});
    CAPTURE(name);
    REQUIRE_FALSE(tree->has(0));
    const auto cell = row.find(name);
    CHECK(joined(tree.step(event)) == (cell == row.end() ? "" : cell->second));
  }
}

// What is asked about a child that is being stopped waits until it has ended.
TEST_CASE("A request about a child that is being stopped is answered when it has ended", "[core]") {
  struct Cell {
    Event asked;
    std::string answered;
  };
  for (const Cell& cell :
       {Cell{StartChild{7, permanent("a")}, "reply 7 already_present"},
        Cell{TerminateChild{7, "a"}, "reply 7 ok"}, Cell{RestartChild{7, "a"}, "0/3 starting; launch 0/3"},
        Cell{DeleteChild{7, "a"}, "0/2 gone; reply 7 ok"}}) {
    Tree tree = led(only(a()), restarted + Path{Ready{0, 2}, TerminateChild{1, "a"}});
    CAPTURE(to_string(cell.asked));
    CHECK(tree.step(cell.asked).empty());
    CHECK(joined(tree.step(shut_down(0, 2))) == "0/2 stopped; reply 1 ok; " + cell.answered);
  }
}

}  // namespace ninelives::supervisor::test
