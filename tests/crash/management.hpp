// Clients of supervisors and of their children under fire: each is a thread of its own, attached for itself,
// and counts what became of all that it has asked for. Read the results after the thread has been joined.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives::test {

// One below which children may be stopped, started, deleted and added.
struct Managed {
  std::string name;
  std::vector<ChildSpec> children;  // as the tree has them
  std::vector<ChildSpec> guests;    // and others that may come
};

struct Manager {
  std::vector<Managed> supervisors;
  std::uint64_t seed = 0;
  std::map<std::string, std::uint64_t> outcomes = {};
  std::vector<std::string> failures = {};  // calls that have hung, and answers that nobody should get

  void run(const std::atomic<bool>& stop);
};

struct Caller {
  std::vector<std::string> servers;
  std::uint64_t seed = 0;
  std::map<std::string, std::uint64_t> outcomes = {};
  std::vector<std::string> failures = {};

  void run(const std::atomic<bool>& stop);
};

}  // namespace ninelives::test
