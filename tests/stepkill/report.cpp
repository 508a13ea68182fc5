#include "tests/stepkill/report.hpp"

#include <cstdio>
#include <iostream>
#include <sstream>
#include <utility>

#include "tests/stepkill/plan.hpp"

namespace ninelives::test::stepkill {
namespace {

std::vector<Findings>& all() {
  static std::vector<Findings> findings;
  return findings;
}

std::string in_seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", seconds);
  return text;
}

std::string for_people(const Findings& found) {
  std::ostringstream line;
  line << found.operation << ", " << found.what << ": " << found.rounds << " rounds, " << found.coverage
       << " (" << found.instructions << " instructions, " << found.distinct << " without repetition, "
       << found.states << " different states left)";
  for (const auto& [outcome, places] : found.outcomes) line << "; " << outcome.left << ' ' << places.times;
  if (found.sleeps > 0) line << "; asleep in it " << found.sleeps;
  if (found.not_reached > 0) line << "; NOT REACHED " << found.not_reached;
  line << " (" << in_seconds(found.seconds) << " s)";
  return line.str();
}

// No text of ours has a character that JSON wants escaped.
std::string for_programs(const Findings& found) {
  std::ostringstream line;
  line << R"({"operation":")" << found.operation << R"(","what":")" << found.what << R"(","instructions":)"
       << found.instructions << R"(,"distinct":)" << found.distinct << R"(,"states":)" << found.states
       << R"(,"rounds":)" << found.rounds << R"(,"coverage":")" << found.coverage << R"(","seed":)"
       << plan().seed << R"(,"asleep":)" << found.sleeps << R"(,"not_reached":)" << found.not_reached
       << R"(,"seconds":)" << in_seconds(found.seconds) << R"(,"outcomes":{)";
  bool is_first = true;
  for (const auto& [outcome, places] : found.outcomes) {
    if (!std::exchange(is_first, false)) line << ',';
    line << '"' << outcome.left << R"(":)" << places.times;
  }
  line << "}}";
  return line.str();
}

}  // namespace

void report(const Findings& findings) {
  std::cout << for_people(findings) << '\n' << for_programs(findings) << std::endl;
  all().push_back(findings);
}

std::string table() {
  std::ostringstream text;
  text << "| operation | instructions | killed at | times | what is left | who mends it |\n"
          "|---|---|---|---|---|---|\n";
  for (const Findings& found : all()) {
    if (found.what != "killed") continue;
    std::multimap<std::size_t, std::pair<Outcome, Places>> in_order;
    for (const auto& entry : found.outcomes) in_order.emplace(entry.second.first, entry);
    std::string operation = found.operation + " | " + std::to_string(found.instructions);
    for (const auto& [first, entry] : in_order) {
      const auto& [outcome, places] = entry;
      text << "| " << std::exchange(operation, " | ") << " | " << places.first << " … " << places.last
           << " | " << places.times << " | " << outcome.left << " | " << outcome.mender << " |\n";
    }
  }
  return text.str();
}

}  // namespace ninelives::test::stepkill
