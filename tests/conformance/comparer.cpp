#include "tests/conformance/comparer.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include "tests/conformance/oracle.hpp"
#include "tests/conformance/shrink.hpp"
#include "tests/conformance/words.hpp"

namespace ninelives::conformance {

namespace {

constexpr std::size_t most_named = 20;

// "starts", "stops", "reports shutdown_error", "reply": what kind of thing a line tells of; empty: of a
// state.
std::string kind_of(const std::string& line) {
  const auto words = split(line, " ");
  if (words[0] == "reply" || words[0] == "noproc") return words[0];
  if (words[0] == "ended") return "ended otherwise";
  if (words[1] == "reports") return "reports " + words[2];
  return words[1] == "starts" || words[1] == "stops" ? words[1] : "";
}

}  // namespace

void Comparer::compare(const std::vector<Scenario>& scenarios) {
  const auto otp = ask(scenarios);
  compared_ += scenarios.size();
  for (std::size_t at = 0; at < scenarios.size(); ++at) {
    for (const TraceStep& step : otp[at]) {
      for (const std::string& line : step.lines) ++seen_[kind_of(line)];
    }
    if (const auto line = unmet_expectation(scenarios[at], otp[at])) {
      unmet_.push_back(scenarios[at].title + ": " + *line);
    }
    const Run ours = our_run(scenarios[at]);
    for (const Difference difference : ours.differences) ++met_[difference];
    if (!is_as_in_otp(ours, otp[at])) different_.push_back(scenarios[at]);
  }
}

void Comparer::print(const std::vector<Scenario>& scenarios) {
  const auto otp = ask(scenarios);
  for (std::size_t at = 0; at < scenarios.size(); ++at) {
    out_ << side_by_side(scenarios[at], our_run(scenarios[at]), otp[at]) << '\n';
  }
}

bool Comparer::conclude() {
  std::vector<std::string> seen;
  for (const auto& [kind, count] : seen_) {
    if (!kind.empty()) seen.push_back(kind + " " + std::to_string(count));
  }
  out_ << compared_ << " scenarios; OTP: " << join(seen, ", ") << '\n';
  for (const auto& [difference, count] : met_)
    out_ << "in " << count << ", " << to_string(difference) << '\n';
  for (const std::string& line : unmet_) out_ << "OTP does not do this, in " << line << '\n';
  if (different_.empty()) {
    out_ << "no difference\n";
  } else {
    show_smallest();
  }
  return different_.empty() && unmet_.empty();
}

std::vector<Trace> Comparer::ask(const std::vector<Scenario>& scenarios) const {
  auto traces = ask_oracle(oracle_, scenarios);
  if (!traces) throw std::runtime_error(traces.error());
  return std::move(*traces);
}

std::vector<bool> Comparer::differ(const std::vector<Scenario>& scenarios) const {
  const auto otp = ask(scenarios);
  std::vector<bool> differ;
  for (std::size_t at = 0; at < scenarios.size(); ++at) {
    differ.push_back(!is_as_in_otp(our_run(scenarios[at]), otp[at]));
  }
  return differ;
}

void Comparer::show(const Scenario& scenario) {
  out_ << side_by_side(scenario, our_run(scenario), ask({scenario}).front()) << std::endl;
}

void Comparer::show_smallest() {
  out_ << different_.size() << " differ:";
  for (std::size_t at = 0; at < std::min(most_named, different_.size()); ++at)
    out_ << ' ' << different_[at].title;
  const Scenario& smallest = *std::ranges::min_element(
      different_, {}, [](const Scenario& scenario) { return to_string(scenario).size(); });
  out_ << "\n\n";
  if (!differ({smallest}).front()) {
    out_ << "This one differs among many, but not alone: does OTP do the same each time?\n"
         << to_string(smallest);
    return;
  }
  show(smallest);
  out_ << "With everything left out that makes no difference to that:\n\n";
  show(shrink(smallest, [this](const auto& scenarios) { return differ(scenarios); }));
}

}  // namespace ninelives::conformance
