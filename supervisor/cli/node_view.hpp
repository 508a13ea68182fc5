// A running node as its table tells it, without a word to anybody: so it answers also when nobody else does.
#pragma once
#include <expected>
#include <string>

#include "ipc/node_registry.hpp"
#include "ipc/table_view.hpp"

namespace ninelives::supervisor {

struct NodeView {
  ipc::LiveNode node;
  ipc::NodeFiles files;
  ipc::TableView table;
};

// `node`: its name; empty: the only one. The error is a line for people, as everywhere here.
std::expected<NodeView, std::string> view_node(const std::string& node);

std::expected<ipc::Owner, std::string> find_name(const ipc::TableView& table, const std::string& name);

}  // namespace ninelives::supervisor
