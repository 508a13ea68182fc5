// Compares supervisor/core, or whole nodes of real processes, with a running OTP, scenario by scenario.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/conformance/comparer.hpp"
#include "tests/conformance/generator.hpp"
#include "tests/conformance/real_comparer.hpp"
#include "tests/support/seed.hpp"

namespace ninelives::conformance {

namespace {

struct Plan {
  std::uint64_t seed = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 10'000;
  std::vector<std::string> files = {};
  bool prints = false;
  bool is_real = false;
};

constexpr std::uint64_t at_once = 10'000;  // scenarios for one run of the oracle

void read_file(const std::string& path, std::vector<Scenario>& scenarios) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  const auto read = read_scenarios(text.str());
  if (!read) throw std::runtime_error(path + ": " + read.error());
  scenarios.insert(scenarios.end(), read->begin(), read->end());
}

// All scenarios of the plan, some at a time.
template <typename Take>
void for_scenarios(const Plan& plan, Take take) {
  std::vector<Scenario> scenarios;
  if (!plan.files.empty()) {
    for (const std::string& path : plan.files) read_file(path, scenarios);
    return take(scenarios);
  }
  for (std::uint64_t number = 0; number < plan.count; ++number) {
    scenarios.push_back(make_scenario(plan.seed, plan.first + number));
    if (scenarios.size() < at_once && number + 1 < plan.count) continue;
    take(scenarios);
    scenarios.clear();
  }
}

template <typename SomeComparer>
bool run(const Plan& plan) {
  if (plan.files.empty()) std::cout << "NINELIVES_SEED=" << plan.seed << std::endl;
  SomeComparer comparer(NINELIVES_ORACLE, std::cout);
  for_scenarios(plan, [&](const std::vector<Scenario>& scenarios) {
    plan.prints ? comparer.print(scenarios) : comparer.compare(scenarios);
  });
  return plan.prints || comparer.conclude();
}

}  // namespace

}  // namespace ninelives::conformance

int main(int argc, char** argv) {
  ninelives::conformance::Plan plan{.seed = ninelives::test::seed()};
  CLI::App app{"Compares the supervisor's decisions with those of a running OTP"};
  app.add_option("--seed", plan.seed, "of the random scenarios; NINELIVES_SEED");
  auto* count = app.add_option("--count", plan.count, "so many of them");
  app.add_option("--first", plan.first, "the number of the first");
  app.add_flag("--real", plan.is_real,
               "on real processes, one event at a time; 200, if --count is not given");
  app.add_flag("--print", plan.prints, "prints both traces of each, whether they differ or not");
  app.add_option("FILES", plan.files, "scenarios, instead of random ones");
  CLI11_PARSE(app, argc, argv);
  if (plan.is_real && count->count() == 0) plan.count = 200;
  using namespace ninelives::conformance;
  try {
    return (plan.is_real ? run<RealComparer>(plan) : run<Comparer>(plan)) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "conform: " << error.what() << '\n';
    return 1;
  }
}
