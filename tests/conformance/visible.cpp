#include "tests/conformance/visible.hpp"

#include <algorithm>
#include <utility>

#include "tests/conformance/words.hpp"

namespace ninelives::conformance {

namespace {

// Of a supervisor that has ended by itself, the whole line: nobody says who was first.
std::string actor(const std::string& line) {
  return line.starts_with("ended ") ? line : line.substr(0, line.find(' '));
}

// What is there in the end is told last, whenever it was looked at.
std::pair<std::string, bool> place_of(const std::string& line) {
  return {actor(line), line.contains(" children [") || line.contains(" counts [")};
}

std::string without_how(std::string line) {
  const auto by = line.find(" by ");
  if (line.contains(" stops ") && by != line.npos) line.erase(by, line.rfind(": ") - by);
  return line;
}

std::string without_far_reasons(std::string line) {
  constexpr std::string_view words = "{failed_to_start_child,";
  const auto at = line.find(words);
  return at == line.npos ? line : line.substr(0, line.find(',', at + words.size()));
}

std::string without_life(const Scenario& scenario, std::string line) {
  if (!line.contains(" reports shutdown_error ")) return line;
  const Definition& supervisor = definition_of_id(scenario, line.substr(0, line.find('#')));
  if (supervisor.spec.supervisor.strategy != Strategy::simple_one_for_one) return line;
  const auto child = line.find(" shutdown_error ") + 16;
  const auto end = line.find(' ', child);
  return line.erase(std::min(line.find('#', child), end), end - std::min(line.find('#', child), end));
}

}  // namespace

Scenario one_at_a_time(Scenario scenario) {
  std::vector<Step> steps;
  for (const Step& step : scenario.steps) {
    for (const Event& event : step.events)
      steps.push_back({.supervisor = step.supervisor, .events = {event}});
  }
  const std::string& top = id_of(scenario.definitions.front());
  steps.push_back({.supervisor = top, .events = {{.what = "stop"}}});
  scenario.steps = std::move(steps);
  return scenario;
}

Trace visible(const Scenario& scenario, Trace trace) {
  for (TraceStep& step : trace) {
    std::vector<std::string> lines;
    for (std::string& line : step.lines) {
      if (line.starts_with("driver starts ") && line.ends_with(": ok")) continue;
      lines.push_back(without_life(scenario, without_far_reasons(without_how(std::move(line)))));
    }
    std::ranges::stable_sort(lines, {}, place_of);
    step.lines = std::move(lines);
  }
  return trace;
}

}  // namespace ninelives::conformance
