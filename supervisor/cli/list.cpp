// `ninelives ls`: read from the process table alone, so that it answers also when no supervisor does.
#include <algorithm>
#include <iostream>
#include <utility>

#include "supervisor/cli/child_line.hpp"
#include "supervisor/cli/columns.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/node_view.hpp"

namespace ninelives::supervisor {
namespace {

// A tree, in which each name can be typed as it stands there.
void print_table(const std::vector<ChildLine>& lines) {
  constexpr std::size_t indent = 2;
  const bool has_registered =
      std::ranges::any_of(lines, [](const auto& line) { return !line.registered.empty(); });
  std::vector<std::string> heads{"NAME", "TYPE", "STATE", "PID", "RESTARTS", "UPTIME", "LAST-EXIT"};
  if (has_registered) heads.insert(heads.begin() + 1, "REGISTERED");
  Columns columns(std::move(heads));
  for (const ChildLine& line : lines) {
    const bool is_alive = line.os_pid != 0;
    std::vector<std::string> cells{std::string(indent * line.depth, ' ') + line.name,
                                   line.type,
                                   line.state,
                                   is_alive ? std::to_string(line.os_pid) : "-",
                                   std::to_string(line.restarts),
                                   is_alive ? short_duration(line.uptime) : "-",
                                   line.last_exit.empty() ? "-" : line.last_exit};
    if (has_registered) cells.insert(cells.begin() + 1, line.registered.empty() ? "-" : line.registered);
    columns.add(std::move(cells));
  }
  std::cout << columns;
}

void print_json(const ipc::LiveNode& node, const std::vector<ChildLine>& lines) {
  boost::json::array children;
  for (const ChildLine& line : lines) children.push_back(as_json(line));
  std::cout << boost::json::object{{"node", node.name}, {"pid", node.root_pid}, {"children", children}}
            << '\n';
}

}  // namespace

int list(const ListOptions& options) {
  const auto view = view_node(options.node);
  if (!view) return fail(exit_failed, view.error());
  const auto lines = lines_of(view->table);
  options.json ? print_json(view->node, lines) : print_table(lines);
  return exit_ok;
}

}  // namespace ninelives::supervisor
