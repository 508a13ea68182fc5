// Specs as the tests of the supervisor's core write them.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives::supervisor::test {

inline constexpr Shutdown brutal_kill{Shutdown::Kind::brutal_kill};
inline constexpr Shutdown infinity{Shutdown::Kind::infinity};
constexpr Shutdown within(std::chrono::nanoseconds time) { return {Shutdown::Kind::timeout, time}; }

inline ChildSpec worker(std::string id, Restart restart) {
  std::string program = "./" + id;
  return {.id = std::move(id), .restart = restart, .command = {std::move(program)}};
}
inline ChildSpec permanent(std::string id) { return worker(std::move(id), Restart::permanent); }
inline ChildSpec transient(std::string id) { return worker(std::move(id), Restart::transient); }
inline ChildSpec temporary(std::string id) { return worker(std::move(id), Restart::temporary); }

inline ChildSpec subtree(std::string id, SupervisorSpec spec, Restart restart = Restart::permanent) {
  return {
      .id = std::move(id), .type = ChildType::supervisor, .restart = restart, .supervisor = std::move(spec)};
}

// The same child, but ...
inline ChildSpec significant(ChildSpec child) {
  child.significant = true;
  return child;
}
inline ChildSpec stopped_by(Shutdown shutdown, ChildSpec child) {
  child.shutdown = shutdown;
  return child;
}
inline ChildSpec delayed_by(const Backoff& backoff, ChildSpec child) {
  child.backoff = backoff;
  return child;
}
inline ChildSpec ready_within(std::chrono::nanoseconds time, ChildSpec child) {
  child.start_timeout = time;
  return child;
}

// So many permanent children: a, b, c ...
inline std::vector<ChildSpec> permanents(std::size_t count) {
  std::vector<ChildSpec> children;
  while (children.size() < count) {
    children.push_back(permanent(std::string(1, static_cast<char>('a' + children.size()))));
  }
  return children;
}

inline SupervisorSpec simple(ChildSpec child, unsigned intensity = 3) {
  return {.strategy = Strategy::simple_one_for_one, .intensity = intensity, .children = {std::move(child)}};
}
inline SupervisorSpec dynamic(unsigned intensity = 3) {
  return {.intensity = intensity, .dynamic = true, .children = {}};
}

}  // namespace ninelives::supervisor::test
