#include "tests/conformance/oracle.hpp"

#include "tests/conformance/canonical.hpp"
#include "tests/conformance/escript.hpp"

namespace ninelives::conformance {

std::expected<std::vector<Trace>, std::string> ask_oracle(const std::filesystem::path& escript,
                                                          std::span<const Scenario> scenarios) {
  std::string text;
  for (const Scenario& scenario : scenarios) text += to_string(scenario);
  const auto output = run_escript(escript, text);
  if (!output) return std::unexpected(output.error());
  std::vector<Trace> traces = read_traces(*output);
  if (traces.size() < scenarios.size()) {
    return std::unexpected("the oracle has not come to the end of scenario " +
                           scenarios[traces.size()].title);
  }
  for (std::size_t index = 0; index < traces.size(); ++index) {
    traces[index] = canonical(scenarios[index], std::move(traces[index]));
  }
  return traces;
}

}  // namespace ninelives::conformance
