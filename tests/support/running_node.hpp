// `ninelives run` as a child of the test, with an event file. Killed with this object; what it leaves then is
// the sandbox's to remove.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/support/event_file.hpp"
#include "tests/support/node_table.hpp"
#include "tests/support/program.hpp"
#include "tests/support/sandbox.hpp"

namespace ninelives::test {

// A child's row of `ninelives ls --json`.
struct ListedChild {
  std::string name, type, state, last_exit;
  int pid = 0;
  std::int64_t incarnation = 0;
  std::int64_t restarts = 0;
};

class RunningNode {
 public:
  // Writes the tree file, which begins with `node = "NAME"`, and starts it.
  RunningNode(const Sandbox& sandbox, std::string_view tree,
              std::map<std::string, std::string> environment = {});

  // Returns when that child has started: for the last one of a tree, when the whole tree has.
  RunningNode& wait_for_start(std::string_view child);

  Program& root() { return root_; }
  pid_t root_pid() const { return root_.pid(); }
  const EventFile& events() const { return events_; }

  ListedChild child(std::string_view name) const;
  // Waits until `ls` shows the child in that state; throws if it never does.
  ListedChild wait_for_state(std::string_view name, std::string_view state) const;
  NodeTable table() const { return NodeTable(directory()); }
  // SIGKILL to the process of this moment, wherever in the tree it is.
  void kill_child(std::string_view name) const;

  // `ninelives stop`, and the end of `run`.
  Ended stop();
  // The end of `run`, which has been told or has a reason of its own.
  Ended wait() { return root_.wait(); }
  // Where its files lie.
  std::filesystem::path directory() const;

 private:
  const Sandbox& sandbox_;
  std::string name_;
  EventFile events_;
  Program root_;
};

}  // namespace ninelives::test
