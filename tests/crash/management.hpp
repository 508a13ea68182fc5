// Clients of supervisors and of their children under fire: each is a thread of its own, attached for itself,
// and counts what became of all that it has asked for. Read the results after the thread has been joined.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives::test {

// One below which children may be stopped, started, deleted and added.
struct ManagedSupervisor {
  std::string name;
  std::vector<ChildSpec> children;  // as the tree has them
  std::vector<ChildSpec> guests;    // and others that may come
};

struct Manager {
  std::vector<ManagedSupervisor> supervisors;
  std::uint64_t seed = 0;
  std::map<std::string, std::uint64_t> outcomes = {};
  std::vector<std::string> failures = {};  // calls that have hung, and answers that nobody should get

  // `has_attached` is called once, also if there is no node to attach to, which is a failure.
  void run(const std::atomic<bool>& stop, const std::function<void()>& has_attached = [] {});
};

// Of everybody in the tree; under `upper/lower` others may come besides.
Manager manager_of(const TreeSpec& tree, std::uint64_t seed);

struct Caller {
  std::vector<std::string> servers;
  std::uint64_t seed = 0;
  std::map<std::string, std::uint64_t> outcomes = {};
  std::vector<std::string> failures = {};

  void run(const std::atomic<bool>& stop);
};

}  // namespace ninelives::test
