#include "tests/support/node_table.hpp"

#include <stdexcept>
#include <utility>

#include "supervisor/os/pidfd.hpp"
#include "tests/support/processes.hpp"

namespace ninelives::test {
namespace {

ipc::TableView open_table(const std::filesystem::path& node) {
  auto files = ipc::NodeFiles::open(node);
  auto table = files ? ipc::TableView::open(*files) : std::unexpected(files.error());
  if (!table) throw std::runtime_error(table.error().text);
  return std::move(*table);
}

}  // namespace

NodeTable::NodeTable(std::filesystem::path node)
    : node_(std::move(node)), table_(std::make_shared<ipc::TableView>(open_table(node_))) {}

pid_t NodeTable::root_pid() const { return table_->rows() == 0 ? 0 : seen(ipc::root_slot).os_pid; }

std::optional<SeenRow> NodeTable::find(std::string_view name) const {
  const auto owner = table_->find(name);
  if (!owner) return std::nullopt;
  return seen(owner->slot);
}

SeenRow NodeTable::row(std::string_view name) const {
  auto found = find(name);
  if (!found) throw std::runtime_error("nobody is called \"" + std::string(name) + '"');
  return std::move(*found);
}

std::vector<SeenRow> NodeTable::children() const {
  std::vector<SeenRow> rows;
  for (Slot slot = 0; slot < table_->rows(); ++slot) {
    SeenRow row = seen(slot);
    const bool is_child = row.state != ipc::RowState::free && row.type != ipc::RowType::guest;
    if (is_child && slot != ipc::root_slot) rows.push_back(std::move(row));
  }
  return rows;
}

std::size_t NodeTable::slots_in_use() const {
  std::size_t in_use = 0;
  for (Slot slot = 0; slot < table_->rows(); ++slot) {
    in_use += table_->state(slot).state != ipc::RowState::free;
  }
  return in_use;
}

std::string NodeTable::reason(const Pid& pid) const { return to_string(table_->reason(pid)); }

SeenRow NodeTable::seen(Slot slot) const {
  const ipc::RowWord word = table_->state(slot);
  const ipc::Row& row = table_->row(slot);
  return {.name = table_->name(slot),
          .pid = {slot, word.incarnation},
          .state = word.state,
          .type = row.type.load(),
          .supervisor = row.supervisor.load(),
          .os_pid = static_cast<pid_t>(row.os_pid.load()),
          .is_alive = word.is_alive()};
}

// Once the descriptor is open the number cannot become a stranger's any more.
ipc::UniqueFd open_child(const SeenRow& row, pid_t root) {
  if (!row.is_alive || row.os_pid <= 0) return ipc::UniqueFd();
  ipc::UniqueFd pidfd = supervisor::open_pidfd(row.os_pid);
  const bool is_ours = pidfd && row.os_pid != root && descends_from(row.os_pid, root);
  return is_ours ? std::move(pidfd) : ipc::UniqueFd();
}

}  // namespace ninelives::test
