// What the tests ask of a model: that it holds, or, with a rule of the protocol taken out, that it fails and
// how.
#pragma once
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "tests/model/checker.hpp"

namespace ninelives::model {

// How much larger than usual the bounds are: 0 unless NINELIVES_MODEL_DEPTH says otherwise.
inline int depth() {
  const char* text = std::getenv("NINELIVES_MODEL_DEPTH");
  return text ? std::max(0, std::atoi(text)) : 0;
}

inline std::size_t most_states() { return std::size_t{4'000'000} << (3 * std::min(depth(), 2)); }

inline std::string describe(const Findings& findings) {
  std::string text = std::to_string(findings.states) + " states, " + std::to_string(findings.ends) + " ends";
  if (findings.violation.empty()) return text;
  text += "\n" + findings.violation + ":\n";
  for (const auto& step : findings.trace) text += "    " + step + "\n";
  return text;
}

template <class Model>
void holds(const Model& model) {
  const Findings findings = explore(model, most_states());
  if (std::getenv("NINELIVES_MODEL_VERBOSE")) std::cerr << describe(findings) << '\n';
  INFO(describe(findings));
  CHECK(findings.violation.empty());
  CHECK(findings.ends > 0);
}

// `how`: part of what goes wrong, so that it fails for the reason that is meant.
template <class Model>
void fails(const Model& model, const std::string& how) {
  const Findings findings = explore(model, most_states());
  if (std::getenv("NINELIVES_MODEL_VERBOSE")) std::cerr << describe(findings) << '\n';
  INFO("expected: " << how << "\n" << describe(findings));
  CHECK_FALSE(findings.violation.empty());
  CHECK(findings.violation.find(how) != std::string::npos);
}

}  // namespace ninelives::model
