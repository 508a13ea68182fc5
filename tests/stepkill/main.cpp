// The command line: Catch2's own, and how much is to be done.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <iostream>

#include "tests/stepkill/plan.hpp"
#include "tests/stepkill/report.hpp"
#include "tests/stepkill/victim.hpp"
#include "tests/support/seed.hpp"

namespace {

constexpr int skipped = 77;  // as tests/CMakeLists.txt tells ctest

}  // namespace

int main(int argc, char** argv) {
  namespace stepkill = ninelives::test::stepkill;
  using Catch::clara::Opt;
  stepkill::Plan& plan = stepkill::plan();
  bool wants_table = false;
  std::size_t pairs = 0;
  Catch::Session session;
  session.cli(session.cli() |
              Opt(plan.is_complete)["--complete"]("every instruction of everything, for kill and for stop") |
              Opt(pairs, "number")["--pairs"]("how many pairs of each two operations") |
              Opt(wants_table)["--table"]("in the end, what the kills have left, in Markdown"));
  if (const int fault = session.applyCommandLine(argc, argv); fault != 0) return fault;
  const auto& config = session.configData();
  if (config.listTests || config.listTestNamesOnly || config.listTags || config.showHelp)
    return session.run();

  if (!stepkill::tracing_is_allowed()) {
    std::cout << "SKIPPED: this system does not allow ptrace, so nothing was killed and nothing is shown\n";
    return skipped;
  }
  stepkill::await_stops_by_signal();
  if (pairs == 0) pairs = plan.is_complete ? 1000 : 40;
  plan.pairs = pairs;
  plan.seed = ninelives::test::seed();
  std::cout << "NINELIVES_SEED=" << plan.seed << std::endl;
  const int result = session.run();
  if (wants_table) std::cout << '\n' << stepkill::table();
  return result;
}
