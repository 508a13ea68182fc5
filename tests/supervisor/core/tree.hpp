// A supervisor that a test leads step by step, and whose actions it sees as lines.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/core/action.hpp"
#include "supervisor/core/event.hpp"
#include "supervisor/core/supervisor.hpp"
#include "tests/supervisor/core/specs.hpp"

namespace ninelives::supervisor::test {

using Lines = std::vector<std::string>;

// Time stands still unless the test moves it.
class Tree {
 public:
  explicit Tree(SupervisorSpec spec) : supervisor_(std::move(spec)) {}
  explicit Tree(std::vector<ChildSpec> children) : Tree(SupervisorSpec{.children = std::move(children)}) {}

  Lines step(const Event& event) {
    Lines lines;
    for (const Action& action : supervisor_.step(now, event)) lines.push_back(to_string(action));
    return lines;
  }

  // The same without the reports.
  Lines does(const Event& event) {
    Lines lines = step(event);
    std::erase_if(lines, [](const std::string& line) { return line.starts_with("report "); });
    return lines;
  }

  // Boots; each child is ready at once.
  Tree& booted() {
    step(Boot{});
    for (const ChildNumber child : supervisor_.children()) step(Ready{child, 1});
    return *this;
  }

  const Supervisor* operator->() const { return &supervisor_; }

  TimePoint now = std::chrono::seconds(1000);

 private:
  Supervisor supervisor_;
};

inline Exited crash(ChildNumber child, Life life) { return {child, life, Ending::abnormal}; }
inline Exited shut_down(ChildNumber child, Life life) { return {child, life, Ending::shutdown}; }

}  // namespace ninelives::supervisor::test
