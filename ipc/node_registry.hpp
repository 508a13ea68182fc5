// The nodes of this user: where their directories are, which of them are alive, how a new one begins. A node
// is alive while its root holds the flock of its lock file; the kernel lets go of it however the root ends.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ipc/node_files.hpp"

namespace ninelives::ipc {

// $NINELIVES_DIR, else /dev/shm/ninelives-<uid>.
std::filesystem::path base_directory();

struct LiveNode {
  std::string name;
  std::filesystem::path directory;
  int root_pid = 0;  // as the root wrote it into its lock file; for people, not for signals
};
Result<std::vector<LiveNode>> live_nodes();
// The live node of that name, or with an empty name the only one there is. The error is for people.
Result<LiveNode> find_node(std::string_view name);

// A node of one's own: its directory, locked for as long as this object lives. Held by the root.
class NodeHome {
 public:
  // Fails if a node of that name is alive. Gives the directories of dead nodes, of any name, to `bury` and
  // then removes them: their children may need an end first.
  template <class Bury>
  static Result<NodeHome> create(std::string_view name, Bury bury);

  const NodeFiles& files() const { return files_; }
  // Removes the directory. Without it the next create() does.
  void remove();

 private:
  NodeHome(NodeFiles files, UniqueFd lock) : files_(std::move(files)), lock_(std::move(lock)) {}

  static Result<UniqueFd> lock_registry();
  static Result<std::vector<std::filesystem::path>> dead_nodes(std::string_view name);
  static Result<NodeHome> make(std::string_view name);

  NodeFiles files_;
  UniqueFd lock_;
};

template <class Bury>
Result<NodeHome> NodeHome::create(std::string_view name, Bury bury) {
  auto registry = lock_registry();  // one at a time: two roots must not both find the name free
  if (!registry) return std::unexpected(registry.error());
  auto dead = dead_nodes(name);
  if (!dead) return std::unexpected(dead.error());
  for (const auto& directory : *dead) {
    bury(directory);
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  return make(name);
}

}  // namespace ninelives::ipc
