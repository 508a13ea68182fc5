#include "tests/conformance/servers/comparer.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include "tests/conformance/escript.hpp"
#include "tests/conformance/servers/canonical.hpp"
#include "tests/conformance/servers/shrink.hpp"
#include "tests/conformance/words.hpp"

namespace ninelives::conformance::servers {

namespace {

constexpr std::size_t most_named = 20;

// "down" of "a heard b: down normal", "ended" of "ended a: normal": what a line tells of.
std::string kind_of(const std::string& line) {
  const auto words = split(line, " ");
  if (words.size() < 3 || words[1] != "heard") return words[0];
  return words[2].ends_with(':') && words.size() > 3 ? words[3] : words[2];
}

}  // namespace

void Comparer::compare(const std::vector<Script>& scripts) {
  const auto otp = ask(scripts);
  compared_ += scripts.size();
  for (std::size_t at = 0; at < scripts.size(); ++at) {
    for (const TraceStep& step : otp[at]) {
      for (const std::string& line : step.lines) ++seen_[kind_of(line)];
    }
    Trace ours = canonical(play_(scripts[at]));
    if (ours != otp[at]) different_.push_back({scripts[at], std::move(ours), otp[at]});
  }
}

void Comparer::print(const std::vector<Script>& scripts) {
  for (const Script& script : scripts) show(script);
}

bool Comparer::conclude() {
  std::vector<std::string> seen;
  for (const auto& [kind, count] : seen_) seen.push_back(kind + " " + std::to_string(count));
  out_ << compared_ << " scripts; OTP: " << join(seen, ", ") << '\n';
  if (different_.empty()) {
    out_ << "no difference\n";
    return true;
  }
  out_ << different_.size() << " differ:";
  for (std::size_t at = 0; at < std::min(most_named, different_.size()); ++at)
    out_ << ' ' << different_[at].script.title;
  const auto& [smallest, ours, otp] = *std::ranges::min_element(
      different_, {}, [](const Different& different) { return to_string(different.script).size(); });
  out_ << "\n\n";
  show(smallest, ours, otp);
  out_ << "With everything left out that makes no difference to that:\n\n";
  show(shrink(smallest, [this](const auto& scripts) { return differ(scripts); }));
  return false;
}

std::vector<Trace> Comparer::ask(const std::vector<Script>& scripts) const {
  std::string text;
  for (const Script& script : scripts) text += to_string(script);
  const auto output = run_escript(oracle_, text);
  if (!output) throw std::runtime_error(output.error());
  std::vector<Trace> traces = read_traces(*output);
  if (traces.size() != scripts.size()) throw std::runtime_error("the oracle has not come to the end");
  std::ranges::transform(traces, traces.begin(), canonical);
  return traces;
}

std::vector<bool> Comparer::differ(const std::vector<Script>& scripts) const {
  const auto otp = ask(scripts);
  std::vector<bool> differ;
  for (std::size_t at = 0; at < scripts.size(); ++at) {
    differ.push_back(canonical(play_(scripts[at])) != otp[at]);
  }
  return differ;
}

void Comparer::show(const Script& script) { show(script, canonical(play_(script)), ask({script}).front()); }

void Comparer::show(const Script& script, const Trace& ours, const Trace& otp) {
  out_ << to_string(script) << side_by_side(ours, otp) << std::endl;
}

}  // namespace ninelives::conformance::servers
