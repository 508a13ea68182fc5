// Who kills supervisors: those below the root of a running node, or the root of one after the other.
#pragma once
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <ninelives/spec/tree.hpp>

#include "tests/crash/sole_tree.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {

// What supervisors were at when they were killed.
struct Kills {
  std::uint64_t booting = 0;   // not all of their children had started for the first time in that life
  std::uint64_t starting = 0;  // a child
  std::uint64_t stopping = 0;  // a child
  std::uint64_t waiting = 0;

  bool has_each() const { return booting > 0 && starting > 0 && stopping > 0 && waiting > 0; }
};
using Moment = std::uint64_t Kills::*;
std::ostream& operator<<(std::ostream& out, const Kills& kills);

// For so long, and on a slow machine until each moment was met.
class KillingTime {
 public:
  explicit KillingTime(std::chrono::seconds duration) : end_(std::chrono::steady_clock::now() + duration) {}
  bool is_over(const Kills& kills) const {
    const auto now = std::chrono::steady_clock::now();
    return now >= end_ && (kills.has_each() || now >= end_ + patience);
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

// The process that a row tells of is there, and is that very life.
bool has_its_process(const SeenRow& row, const std::filesystem::path& node);

class SupervisorKiller {
 public:
  SupervisorKiller(const RunningNode& node, const TreeSpec& tree, std::uint64_t seed);

  Kills run(std::chrono::seconds duration);

  // One last blow for everybody: what clients have stopped and added is forgotten, and all of the tree comes
  // again. False if it does not.
  bool kill_all_and_wait();
  // Everybody of the spec runs, and nobody else has a slot but guests.
  bool is_complete() const;

 private:
  std::optional<Incarnation> kill(const std::string& name, Kills& kills);
  bool kill_and_wait(const std::string& name);
  void pause();
  bool is_at_rest() const;

  pid_t root_;
  NodeTable table_;
  std::vector<std::string> names_;
  std::vector<std::string> victims_;
  std::mt19937_64 numbers_;
};

// Runs a node again and again, each time until it kills the root, and does nothing about what that leaves.
class RootKiller {
 public:
  RootKiller(const Sandbox& sandbox, const SoleFiles& files, TreeSpec tree, std::uint64_t seed)
      : sandbox_(sandbox), files_(files), tree_(std::move(tree)), numbers_(seed) {}

  void run_and_kill();
  // One run more, that nobody kills: it has come and gone without anything unusual, and left no directory.
  bool run_and_stop();

  const Kills& kills() const { return kills_; }
  // Of those who called its supervisors.
  const std::vector<std::string>& failures() const { return failures_; }

 private:
  RunningNode run();
  const std::string& last_child() const { return tree_.supervisor.children.back().id; }
  void sleep_up_to(std::chrono::microseconds longest);
  void kill_while_managed(RunningNode& node);
  void stir(RunningNode& node, const NodeTable& table);
  void kill(RunningNode& node, Moment moment);

  const Sandbox& sandbox_;
  const SoleFiles& files_;
  TreeSpec tree_;
  std::mt19937_64 numbers_;
  Kills kills_;
  std::vector<std::string> failures_;
};

}  // namespace ninelives::test
