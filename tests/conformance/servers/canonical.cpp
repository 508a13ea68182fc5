#include "tests/conformance/servers/canonical.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ninelives::conformance::servers {

namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view heard_word = " heard ";

// "b" of "b: cast 1", "response b" of "response b: done"; empty: from the driver, or of the server's own
// doing. Those are in order.
std::string source_of(const std::string& heard) {
  const auto colon = heard.find(": ");
  if (colon == heard.npos || heard.starts_with("phone ")) return "";
  return heard.substr(0, colon);
}

bool is_of_an_end(const std::string& heard) {
  return heard.find(": down ") != heard.npos || heard.find(": exit ") != heard.npos;
}

// Downs and exits that come one after the other.
void sort_ends(Lines& heard) {
  for (auto begin = heard.begin(); begin != heard.end();) {
    begin = std::find_if(begin, heard.end(), is_of_an_end);
    const auto end = std::find_if_not(begin, heard.end(), is_of_an_end);
    std::sort(begin, end);
    begin = end;
  }
}

Lines in_order(const Lines& heard) {
  std::map<std::string, Lines> by_source;
  for (const std::string& line : heard) by_source[source_of(line)].push_back(line);
  Lines ordered;
  for (auto& [source, lines] : by_source) {
    sort_ends(lines);
    if (source.starts_with("response ")) std::ranges::sort(lines);
    ordered.insert(ordered.end(), lines.begin(), lines.end());
  }
  return ordered;
}

bool has_terminated(const Lines& heard) {
  return std::ranges::any_of(heard, [](const std::string& line) { return line.starts_with("terminate "); });
}

Lines canonical(const Lines& lines) {
  std::map<std::string, Lines> heard_by;
  Lines ordered;
  for (const std::string& line : lines) {
    const auto at = line.find(heard_word);
    if (at == line.npos) {
      ordered.push_back(line);
    } else {
      heard_by[line.substr(0, at)].push_back(line.substr(at + heard_word.size()));
    }
  }
  std::ranges::sort(ordered);
  std::set<std::string> ended;
  for (const std::string& line : ordered) {
    if (line.starts_with("ended ")) ended.insert(line.substr(6, line.find(':') - 6));
  }
  for (const auto& [server, heard] : heard_by) {
    if (ended.contains(server) && !has_terminated(heard)) continue;
    for (const std::string& line : in_order(heard))
      ordered.push_back(server + std::string(heard_word) + line);
  }
  return ordered;
}

}  // namespace

Trace canonical(Trace trace) {
  for (TraceStep& step : trace) step.lines = canonical(step.lines);
  return trace;
}

}  // namespace ninelives::conformance::servers
