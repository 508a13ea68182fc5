#include "supervisor/cli/node_view.hpp"

#include <vector>

#include "supervisor/config/nearest.hpp"

namespace ninelives::supervisor {
namespace {

std::string no_such_name(const ipc::TableView& table, const std::string& name) {
  std::vector<std::string> names;
  for (Slot slot = 0; slot < table.rows(); ++slot) {
    const ipc::RowState state = table.state(slot).state;
    const bool is_there = state != ipc::RowState::free && state != ipc::RowState::gone;
    if (!is_there) continue;
    for (const std::string& each : {table.name(slot), table.registered(slot)}) {
      if (!each.empty()) names.push_back(each);
    }
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return "node " + std::string(table.node()) + " has no \"" + name + '"' + did_you_mean(name, candidates) +
         "; `ninelives ls` shows what there is";
}

}  // namespace

std::expected<NodeView, std::string> view_node(const std::string& name) {
  auto node = ipc::find_node(name);
  if (!node) return std::unexpected(node.error().text);
  auto files = ipc::NodeFiles::open(node->directory);
  if (!files) return std::unexpected(files.error().text);
  auto table = ipc::TableView::open(*files);
  if (!table) return std::unexpected(table.error().text);
  return NodeView{std::move(*node), std::move(*files), std::move(*table)};
}

std::expected<ipc::Owner, std::string> find_name(const ipc::TableView& table, const std::string& name) {
  const auto found = table.find(name);
  if (!found) return std::unexpected(no_such_name(table, name));
  return *found;
}

}  // namespace ninelives::supervisor
