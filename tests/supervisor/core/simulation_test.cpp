#include "tests/supervisor/core/simulation.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>

#include "tests/supervisor/core/random.hpp"

namespace ninelives::supervisor::test {

namespace {

// The end of a trace, which is where it goes wrong.
std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t from = text.size();
  for (; count > 0 && from != std::string::npos && from > 0; --count) from = text.rfind('\n', from - 1);
  return from == std::string::npos ? text : text.substr(from);
}

}  // namespace

TEST_CASE("No random tree on a random host breaks an invariant of supervision", "[core]") {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t trees = 0;
  std::size_t steps = 0;
  for (const std::uint64_t seed : seeds(6000)) {
    const Run run = simulate(seed);
    ++trees;
    steps += run.steps;
    if (run.violation.empty()) continue;
    FAIL("NINELIVES_SEED=" << seed << ": " << run.violation
                           << last_lines(simulate_and_trace(seed).trace, 100));
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  std::cout << trees << " trees, " << steps << " steps, "
            << static_cast<int>(static_cast<double>(trees) / time.count()) << " trees a second\n";
}

// Or it would prove nothing about them.
TEST_CASE("The simulation comes to every event, state, answer, report and outcome", "[core]") {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) simulate_and_trace(seed, &seen);
  for (const char* event :
       {"boot", "ready", "launch_failed", "exited normal", "exited shutdown", "exited shutdown_with_text",
        "exited killed", "exited ignored", "exited abnormal", "stop_all", "kill_all", "tick", "start_child",
        "terminate_child", "restart_child", "delete_child", "change_spec", "terminate_child stranger"}) {
    CAPTURE(event);
    CHECK(seen.events.contains(event));
  }
  for (const char* action : {"added",
                             "starting",
                             "running",
                             "stopping",
                             "restarting",
                             "stopped",
                             "gone",
                             "launch",
                             "ask_to_stop",
                             "kill",
                             "report progress",
                             "report child_terminated",
                             "report start_error",
                             "report shutdown_error",
                             "report shutdown",
                             "reply ok",
                             "reply started",
                             "reply ignored",
                             "reply already_started",
                             "reply already_present",
                             "reply not_found",
                             "reply running",
                             "reply restarting",
                             "reply start_failed",
                             "reply max_children",
                             "reply simple_one_for_one",
                             "finished: stopped",
                             "finished: gave_up",
                             "finished: failed_to_start",
                             "finished: auto_shutdown"}) {
    CAPTURE(action);
    CHECK(seen.actions.contains(action));
  }
}

TEST_CASE("The same seed gives the same run", "[core]") {
  for (const std::uint64_t seed : seeds(100)) {
    if (simulate_and_trace(seed).trace != simulate_and_trace(seed).trace) FAIL("NINELIVES_SEED=" << seed);
  }
}

}  // namespace ninelives::supervisor::test
