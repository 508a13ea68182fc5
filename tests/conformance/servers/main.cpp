// Compares GenServers with gen_server of a running OTP, script by script.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "tests/conformance/servers/comparer.hpp"
#include "tests/conformance/servers/generator.hpp"
#include "tests/conformance/servers/real_stage.hpp"
#include "tests/conformance/servers/virtual_stage.hpp"
#include "tests/support/seed.hpp"

namespace ninelives::conformance::servers {

namespace {

struct Plan {
  std::uint64_t seed = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 10'000;
  std::vector<std::string> files = {};
  bool prints = false;
  bool is_real = false;
};

constexpr std::uint64_t at_once = 5'000;  // scripts for one run of the oracle

std::vector<Script> read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  auto read = read_scripts(text.str());
  if (!read) throw std::runtime_error(path + ": " + read.error());
  return std::move(*read);
}

// All scripts of the plan, some at a time.
template <class Take>
void for_scripts(const Plan& plan, Take take) {
  for (const std::string& path : plan.files) take(read_file(path));
  if (!plan.files.empty()) return;
  std::vector<Script> scripts;
  for (std::uint64_t number = 0; number < plan.count; ++number) {
    scripts.push_back(make_script(plan.seed, plan.first + number));
    if (scripts.size() < at_once && number + 1 < plan.count) continue;
    take(scripts);
    scripts.clear();
  }
}

Trace play_virtually(const Script& script) {
  VirtualStage stage(script);
  return Player(stage, script).run();
}

Play play_on(RealNode& node) {
  return [&node](const Script& script) {
    RealStage stage(node, script);
    return Player(stage, script).run();
  };
}

bool run(const Plan& plan) {
  if (plan.files.empty()) std::cout << "NINELIVES_SEED=" << plan.seed << std::endl;
  std::optional<RealNode> node;
  if (plan.is_real) node.emplace();
  Comparer comparer(NINELIVES_SERVERS_ORACLE, node ? play_on(*node) : play_virtually, std::cout);
  for_scripts(plan, [&](const std::vector<Script>& scripts) {
    plan.prints ? comparer.print(scripts) : comparer.compare(scripts);
  });
  return plan.prints || comparer.conclude();
}

}  // namespace

}  // namespace ninelives::conformance::servers

int main(int argc, char** argv) {
  ninelives::conformance::servers::Plan plan{.seed = ninelives::test::seed()};
  CLI::App app{"Compares GenServers with those of a running OTP"};
  app.add_option("--seed", plan.seed, "of the random scripts; NINELIVES_SEED");
  auto* count = app.add_option("--count", plan.count, "so many of them");
  app.add_option("--first", plan.first, "the number of the first");
  app.add_flag("--real", plan.is_real, "on real processes; 100, if --count is not given");
  app.add_flag("--print", plan.prints, "prints both traces of each, whether they differ or not");
  app.add_option("FILES", plan.files, "scripts, instead of random ones");
  CLI11_PARSE(app, argc, argv);
  if (plan.is_real && count->count() == 0) plan.count = 100;
  try {
    return ninelives::conformance::servers::run(plan) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "conform_servers: " << error.what() << '\n';
    return 1;
  }
}
