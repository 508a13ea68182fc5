#include "tests/conformance/scenario.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "tests/conformance/words.hpp"

namespace ninelives::conformance {

namespace {

constexpr std::array<std::pair<Start, std::string_view>, 3> start_words{
    {{Start::ok, "ok"}, {Start::ignore, "ignore"}, {Start::error, "error"}}};

constexpr std::array<std::pair<Reason, std::string_view>, 6> reason_words{
    {{Reason::normal, "normal"},
     {Reason::shutdown, "shutdown"},
     {Reason::shutdown_x, "{shutdown,x}"},
     {Reason::error, "error"},
     {Reason::killed, "killed"},
     {Reason::deaf, "deaf"}}};

constexpr std::array<std::pair<Strategy, std::string_view>, 4> strategy_words{
    {{Strategy::one_for_one, "one_for_one"},
     {Strategy::rest_for_one, "rest_for_one"},
     {Strategy::one_for_all, "one_for_all"},
     {Strategy::simple_one_for_one, "simple_one_for_one"}}};

constexpr std::array<std::pair<Restart, std::string_view>, 3> restart_words{
    {{Restart::permanent, "permanent"},
     {Restart::transient, "transient"},
     {Restart::temporary, "temporary"}}};

constexpr std::array<std::pair<AutoShutdown, std::string_view>, 3> auto_shutdown_words{
    {{AutoShutdown::never, "never"},
     {AutoShutdown::any_significant, "any_significant"},
     {AutoShutdown::all_significant, "all_significant"}}};

template <typename Words, typename Value>
std::string_view word_of(const Words& words, Value value) {
  return std::ranges::find(words, value, [](const auto& pair) { return pair.first; })->second;
}

template <typename Words>
auto value_of(const Words& words, std::string_view word) {
  const auto found = std::ranges::find(words, word, [](const auto& pair) { return pair.second; });
  if (found == words.end()) throw std::invalid_argument("unknown word " + std::string(word));
  return found->first;
}

std::string shutdown_word(const ChildSpec& spec) {
  const Shutdown shutdown = spec.shutdown.value_or(Shutdown{Shutdown::Kind::infinity});
  if (shutdown.kind != Shutdown::Kind::timeout) return to_string(shutdown);
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(shutdown.timeout).count());
}

unsigned number_of(std::string_view word) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) {
    throw std::invalid_argument("no number: " + std::string(word));
  }
  return number;
}

Shutdown shutdown_of_word(std::string_view word) {
  if (word == "infinity") return {Shutdown::Kind::infinity};
  if (word == "brutal_kill") return {Shutdown::Kind::brutal_kill};
  return {Shutdown::Kind::timeout, std::chrono::milliseconds(number_of(word))};
}

// ---- writing

void add_fact(std::string& line, std::string_view key, std::string_view value, std::string_view usual) {
  if (value != usual) line.append(" ").append(key).append("=").append(value);
}

std::string line_of(const Definition& definition) {
  static const Definition usual;
  const ChildSpec& spec = definition.spec;
  std::string line = to_string(spec.type) + " " + definition.name;
  add_fact(line, "under", definition.under, "");
  add_fact(line, "id", definition.id, "");
  if (spec.type == ChildType::supervisor) {
    line.append(" strategy=").append(word_of(strategy_words, spec.supervisor.strategy));
    line.append(" intensity=").append(std::to_string(spec.supervisor.intensity));
    add_fact(line, "auto_shutdown", word_of(auto_shutdown_words, spec.supervisor.auto_shutdown), "never");
  }
  add_fact(line, "restart", word_of(restart_words, spec.restart), "permanent");
  add_fact(line, "shutdown", shutdown_word(spec), "infinity");
  if (spec.significant) line += " significant";
  add_fact(line, "stops", to_string(definition.stops), to_string(usual.stops));
  std::vector<std::string> starts;
  for (const Start start : definition.starts) starts.emplace_back(word_of(start_words, start));
  add_fact(line, "starts", join(starts, ","), "");
  if (definition.is_spare) line += " spare";
  return line;
}

std::string line_of(const Step& step) {
  std::vector<std::string> events;
  for (const Event& event : step.events) events.push_back(to_string(event));
  return "step " + step.supervisor + ": " + join(events, "; ");
}

// ---- reading

void read_fact(Definition& definition, const std::string& fact) {
  ChildSpec& spec = definition.spec;
  if (fact == "significant") {
    spec.significant = true;
    return;
  }
  if (fact == "spare") {
    definition.is_spare = true;
    return;
  }
  const auto equals = std::min(fact.find('='), fact.size());
  const std::string key = fact.substr(0, equals);
  const std::string value = fact.substr(std::min(equals + 1, fact.size()));
  if (key == "under")
    definition.under = value;
  else if (key == "id")
    definition.id = value;
  else if (key == "strategy")
    spec.supervisor.strategy = value_of(strategy_words, value);
  else if (key == "intensity")
    spec.supervisor.intensity = number_of(value);
  else if (key == "auto_shutdown")
    spec.supervisor.auto_shutdown = value_of(auto_shutdown_words, value);
  else if (key == "restart")
    spec.restart = value_of(restart_words, value);
  else if (key == "shutdown")
    spec.shutdown = shutdown_of_word(value);
  else if (key == "stops")
    definition.stops = value_of(reason_words, value);
  else if (key == "starts")
    for (const std::string& start : split(value, ","))
      definition.starts.push_back(value_of(start_words, start));
  else
    throw std::invalid_argument("unknown fact " + fact);
}

Definition read_definition(const std::vector<std::string>& words) {
  Definition definition{.name = words.at(1)};
  definition.spec.type = words.front() == "supervisor" ? ChildType::supervisor : ChildType::worker;
  definition.spec.shutdown = Shutdown{Shutdown::Kind::infinity};
  for (std::size_t index = 2; index < words.size(); ++index) read_fact(definition, words[index]);
  return definition;
}

Event read_event(const std::string& text) {
  const auto words = split(text, " ");
  Event event{.what = words.front()};
  if (words.size() > 1) event.child = words[1];
  if (event.what == "exit") event.reason = value_of(reason_words, words.at(2));
  return event;
}

Step read_step(std::string_view text) {
  const auto colon = text.find(": ");
  if (colon == text.npos) throw std::invalid_argument("a step without events");
  Step step{.supervisor = std::string(text.substr(0, colon)), .events = {}};
  for (const std::string& event : split(text.substr(colon + 2), "; "))
    step.events.push_back(read_event(event));
  return step;
}

void read_line(std::vector<Scenario>& scenarios, std::string_view line) {
  const auto words = split(line, " ");
  if (words.front() == "scenario") {
    scenarios.push_back({.title = std::string(line.substr(std::min(line.size(), words[0].size() + 1))),
                         .definitions = {},
                         .steps = {}});
    return;
  }
  if (scenarios.empty()) throw std::invalid_argument("no scenario has begun");
  Scenario& scenario = scenarios.back();
  if (words.front() == "supervisor" || words.front() == "worker") {
    scenario.definitions.push_back(read_definition(words));
  } else if (words.front() == "step") {
    scenario.steps.push_back(read_step(line.substr(words[0].size() + 1)));
  } else if (words.front() == "expect") {
    scenario.expected.emplace_back(line.substr(words[0].size() + 1));
  } else if (words.front() != "end") {
    throw std::invalid_argument("unknown word " + words.front());
  }
}

}  // namespace

const std::string& id_of(const Definition& definition) {
  return definition.id.empty() ? definition.name : definition.id;
}

const Definition& definition_of(const Scenario& scenario, std::string_view name) {
  const auto found = std::ranges::find(scenario.definitions, name, &Definition::name);
  if (found == scenario.definitions.end())
    throw std::invalid_argument("no definition of " + std::string(name));
  return *found;
}

const Definition& definition_of_id(const Scenario& scenario, std::string_view id) {
  const auto found = std::ranges::find(scenario.definitions, id, id_of);
  if (found == scenario.definitions.end()) throw std::invalid_argument("no definition of " + std::string(id));
  return *found;
}

ChildSpec child_spec(const Scenario& scenario, const Definition& definition) {
  ChildSpec spec = definition.spec;
  spec.id = id_of(definition);
  spec.command = {definition.name};
  for (const Definition& child : scenario.definitions) {
    if (child.under == definition.name && !child.is_spare) {
      spec.supervisor.children.push_back(child_spec(scenario, child));
    }
  }
  return spec;
}

std::string_view to_string(Start start) { return word_of(start_words, start); }
std::string_view to_string(Reason reason) { return word_of(reason_words, reason); }

std::string to_string(const Event& event) {
  std::string text = event.what;
  if (!event.child.empty()) text += " " + event.child;
  if (event.what == "exit") text.append(" ").append(to_string(event.reason));
  return text;
}

std::string to_string(const Scenario& scenario) {
  std::string text = "scenario " + scenario.title + "\n";
  for (const Definition& definition : scenario.definitions) text += line_of(definition) + "\n";
  for (const Step& step : scenario.steps) text += line_of(step) + "\n";
  return text + "end\n";
}

std::expected<std::vector<Scenario>, std::string> read_scenarios(std::string_view text) {
  std::vector<Scenario> scenarios;
  std::size_t number = 0;
  for (const std::string& line : split(text, "\n")) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    try {
      read_line(scenarios, line);
    } catch (const std::exception& error) {
      return std::unexpected("line " + std::to_string(number) + ": " + error.what());
    }
  }
  return scenarios;
}

}  // namespace ninelives::conformance
