// bench_ipc: our calls and casts beside everything else that two processes can talk by, in one run.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/harness/report.hpp"
#include "bench/harness/run.hpp"
#include "bench/ipc/goals.hpp"
#include "bench/ipc/groups.hpp"

namespace {

using namespace ninelives::bench;

constexpr const char* usage =
    "usage: bench_ipc [--seconds N] [--turns N] [--only TEXT] [--json FILE]\n"
    "  --seconds N   of measuring, all rows and turns together (75)\n"
    "  --turns N     how often every row has its turn (7)\n"
    "  --only TEXT   the groups whose names contain it\n"
    "  --json FILE   where the figures go (" NINELIVES_BENCH_JSON ")\n";

struct Options {
  Plan plan;
  std::string only;
  std::string json = NINELIVES_BENCH_JSON;
};

int positive(std::string_view option, const std::string& text) {
  const int value = std::atoi(text.c_str());
  if (value < 1)
    throw std::runtime_error(std::string(option) + " takes a whole number from 1 up, not \"" + text + "\"");
  return value;
}

void take(Options& options, std::string_view option, const std::string& value) {
  if (option == "--seconds")
    options.plan.total = std::chrono::seconds(positive(option, value));
  else if (option == "--turns")
    options.plan.turns = positive(option, value);
  else if (option == "--only")
    options.only = value;
  else if (option == "--json")
    options.json = value;
  else
    throw std::runtime_error("there is no option " + std::string(option) + "; see --help");
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) throw std::runtime_error(std::string(argv[i]) + " needs a value; see --help");
    take(options, argv[i], argv[i + 1]);
  }
  return options;
}

std::vector<Group> all_groups(const BenchNode& node, ErlangVm& erlang) {
  std::vector<Group> all;
  for (auto& groups :
       {call_groups(node, erlang), cast_groups(node, erlang), payload_groups(node),
        first_contact_groups(node), death_groups(node), memory_groups(node), look_up_groups(node, erlang)}) {
    all.insert(all.end(), groups.begin(), groups.end());
  }
  return all;
}

void measure_and_report(const Options& options) {
  print_machine();
  const BenchNode node;
  ErlangVm erlang;
  std::vector<Group> groups = all_groups(node, erlang);
  std::erase_if(groups,
                [&](const Group& group) { return group.name.find(options.only) == std::string::npos; });
  run(groups, options.plan);
  print_tables(groups);
  print_goals(groups);
  write_json(groups, options.json);
  std::printf("\nfigures: %s\n", options.json.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h")) {
    std::fputs(usage, stdout);
    return 0;
  }
  try {
    measure_and_report(parse(argc, argv));
    return 0;
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "bench_ipc: %s\n", thrown.what());
    return 1;
  }
}
