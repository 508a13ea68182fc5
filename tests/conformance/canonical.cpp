#include "tests/conformance/canonical.hpp"

#include <algorithm>
#include <map>

namespace ninelives::conformance {

namespace {

using Lines = std::vector<std::string>;
using Parents = std::map<std::string, std::string, std::less<>>;  // of supervisors

// a#2 is before a#10.
struct ByLife {
  bool operator()(const std::string& left, const std::string& right) const {
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  }
};

// `s#1` of "s#1 stops x#2 by ..."; a line of nobody: what it begins with.
std::string_view actor(std::string_view line) { return line.substr(0, line.find(' ')); }

std::string_view after(std::string_view line, std::string_view words) {
  const auto at = line.find(words);
  return at == line.npos ? std::string_view() : actor(line.substr(at + words.size()));
}
std::string_view stopped_by(std::string_view line) { return after(line, " stops "); }

bool is_simple(const Scenario& scenario, std::string_view process) {
  const auto hash = process.find('#');
  if (hash == process.npos) return false;
  return definition_of_id(scenario, process.substr(0, hash)).spec.supervisor.strategy ==
         Strategy::simple_one_for_one;
}

// What one supervisor of that kind does while it stops all its children, and what those do.
class Burst {
 public:
  Burst(std::string_view supervisor, const Parents& parents) : supervisor_(supervisor), parents_(parents) {}

  bool has(std::string_view line) const { return actor(line) == supervisor_ || !branch(actor(line)).empty(); }
  void add(const std::string& line) {
    if (actor(line) != supervisor_) {
      branches_[std::string(branch(actor(line)))].push_back(line);
    } else if (const auto child = stopped_by(line); !child.empty()) {
      stops_.emplace(child, line);
    } else {
      reports_.push_back(line);
    }
  }

  const std::map<std::string, std::string, ByLife>& stops() const { return stops_; }
  const Lines& branch_of(const std::string& child) { return branches_[child]; }
  Lines sorted_reports() const {
    Lines sorted = reports_;
    std::ranges::sort(sorted);
    return sorted;
  }

 private:
  // The child of the supervisor that this process is, or is below.
  std::string_view branch(std::string_view process) const {
    for (auto found = parents_.find(process); found != parents_.end(); found = parents_.find(found->second)) {
      if (found->second == supervisor_) return found->first;
    }
    return {};
  }

  std::string_view supervisor_;
  const Parents& parents_;
  std::map<std::string, std::string, ByLife> stops_;
  std::map<std::string, Lines> branches_;
  Lines reports_;
};

// Each child that is stopped, the eldest first, with what happens below it; then the reports.
Lines in_order(const Scenario& scenario, const Parents& parents, const Lines& lines) {
  Lines ordered;
  const auto append = [&ordered](const Lines& more) {
    ordered.insert(ordered.end(), more.begin(), more.end());
  };
  for (auto line = lines.begin(); line != lines.end();) {
    if (stopped_by(*line).empty() || !is_simple(scenario, actor(*line))) {
      ordered.push_back(*line++);
      continue;
    }
    Burst burst(actor(*line), parents);
    while (line != lines.end() && burst.has(*line)) burst.add(*line++);
    for (const auto& [child, stop] : burst.stops()) {
      ordered.push_back(stop);
      append(in_order(scenario, parents, burst.branch_of(child)));
    }
    append(burst.sorted_reports());
  }
  return ordered;
}

}  // namespace

Trace canonical(const Scenario& scenario, Trace trace) {
  Parents parents;
  for (TraceStep& step : trace) {
    for (const std::string& line : step.lines) {
      const auto child = after(line, " begins to start ");
      if (!child.empty()) parents.emplace(child, actor(line));
    }
    step.lines = in_order(scenario, parents, step.lines);
  }
  return trace;
}

}  // namespace ninelives::conformance
