#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/core/action.hpp"
#include "supervisor/core/child_spec.hpp"
#include "supervisor/core/event.hpp"
#include "supervisor/core/supervisor.hpp"

// What the tests of the supervisor's core have in common.

namespace ninelives::supervisor::test {

using Lines = std::vector<std::string>;

inline constexpr Shutdown brutal_kill{Shutdown::Kind::brutal_kill};
inline constexpr Shutdown infinity{Shutdown::Kind::infinity};
constexpr Shutdown within(std::chrono::nanoseconds time) { return {Shutdown::Kind::timeout, time}; }

// A supervisor whose time stands still unless the test moves it. Its actions come as lines.
class Tree {
 public:
  explicit Tree(std::vector<ChildSpec> children, unsigned intensity = 3,
                std::chrono::nanoseconds period = std::chrono::seconds(5))
      : supervisor_({.intensity = intensity, .period = period, .children = std::move(children)}) {}

  Lines step(const Event& event) {
    Lines lines;
    for (const Action& action : supervisor_.step(now, event)) lines.push_back(to_string(action));
    return lines;
  }

  // Boots; each child is ready at once.
  Tree& booted() {
    step(Boot{});
    for (ChildIndex child = 0; child < supervisor_.spec().children.size(); ++child) step(Ready{child, 1});
    return *this;
  }

  Supervisor* operator->() { return &supervisor_; }

  TimePoint now = std::chrono::seconds(1000);

 private:
  Supervisor supervisor_;
};

inline std::vector<ChildSpec> permanent(std::size_t count) {
  std::vector<ChildSpec> children;
  while (children.size() < count) children.push_back({.id = "child" + std::to_string(children.size())});
  return children;
}

inline Exited crash(ChildIndex child, Life life) { return {child, life, Ending::abnormal}; }

}  // namespace ninelives::supervisor::test
