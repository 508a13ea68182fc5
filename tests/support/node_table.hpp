// The process table of a running node as a test sees it, supervisors included.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "ipc/table_view.hpp"
#include "ipc/unique_fd.hpp"

namespace ninelives::test {

struct SeenRow {
  std::string name;
  Pid pid;  // of the present life, or of the last one
  ipc::RowState state = ipc::RowState::free;
  ipc::RowType type = ipc::RowType::none;
  Slot supervisor = 0;
  pid_t os_pid = 0;  // as it is there: 0, or of an earlier life, while there is no process
  bool is_alive = false;
};

class NodeTable {
 public:
  explicit NodeTable(std::filesystem::path node);

  const std::filesystem::path& node() const { return node_; }
  pid_t root_pid() const;

  // Nothing: nobody has that name. One that is gone has none.
  std::optional<SeenRow> find(std::string_view name) const;
  // Throws if nobody has that name.
  SeenRow row(std::string_view name) const;
  // Whatever has a slot, except guests and the root.
  std::vector<SeenRow> children() const;
  std::size_t slots_in_use() const;
  // How an earlier life ended.
  std::string reason(const Pid& pid) const;

 private:
  SeenRow seen(Slot slot) const;

  std::filesystem::path node_;
  std::shared_ptr<ipc::TableView> table_;
};

// By pidfd, of a process of that node's tree; empty if it is none, or has ended.
ipc::UniqueFd open_child(const SeenRow& row, pid_t root);

}  // namespace ninelives::test
