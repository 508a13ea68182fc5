// `ninelives ls`: read from the process table alone, so that it answers also when the supervisor does not.
#include <algorithm>
#include <boost/json.hpp>
#include <iomanip>
#include <iostream>

#include "ipc/node_registry.hpp"
#include "ipc/table_view.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/row_words.hpp"

namespace ninelives::supervisor {
namespace {

struct Line {
  std::string name;
  std::string type;
  std::string state;
  std::uint32_t os_pid = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t restarts = 0;
  std::chrono::nanoseconds uptime{};
  std::string last_exit;
};

// Of the last life that has ended: the present one, if it has, else the one before.
std::string last_exit(const ipc::TableView& table, Slot slot, const ipc::RowWord& now) {
  const Incarnation ended = now.is_alive() ? now.incarnation - 1 : now.incarnation;
  if (ended < table.owner_inc(slot)) return "";
  return to_string(table.reason({slot, ended}));
}

Line line_of(const ipc::TableView& table, Slot slot) {
  const ipc::Row& row = table.row(slot);
  const ipc::RowWord now = table.state(slot);
  Line line{.name = table.name(slot),
            .type = word(row.type.load()),
            .state = word(now.state),
            .incarnation = now.incarnation,
            .restarts = row.restarts.load(),
            .last_exit = last_exit(table, slot, now)};
  if (now.is_alive()) {
    line.os_pid = row.os_pid.load();
    line.uptime = std::chrono::steady_clock::now().time_since_epoch() -
                  std::chrono::nanoseconds(static_cast<std::int64_t>(row.started_ns.load()));
  }
  return line;
}

std::vector<Line> children_of(const ipc::TableView& table) {
  std::vector<Line> lines;
  for (Slot slot = 0; slot < table.rows(); ++slot) {
    const ipc::RowType type = table.row(slot).type.load();
    const bool is_child = type == ipc::RowType::worker || type == ipc::RowType::program;
    if (is_child && table.state(slot).state != ipc::RowState::free) lines.push_back(line_of(table, slot));
  }
  return lines;
}

// "5s", "3m20s", "2h05m", "4d03h": two units, so that it stays narrow.
std::string short_duration(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  auto two = [](long number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m" + two(seconds % 60) + "s";
  if (seconds < 86400) return std::to_string(seconds / 3600) + "h" + two(seconds / 60 % 60) + "m";
  return std::to_string(seconds / 86400) + "d" + two(seconds / 3600 % 24) + "h";
}

void print_table(const std::vector<Line>& lines) {
  std::size_t width = 4;
  for (const Line& line : lines) width = std::max(width, line.name.size());
  const int name_width = static_cast<int>(width) + 2;
  std::cout << std::left << std::setw(name_width) << "NAME" << std::setw(12) << "STATE" << std::setw(10)
            << "PID" << std::setw(10) << "RESTARTS" << std::setw(9) << "UPTIME" << "LAST-EXIT\n";
  for (const Line& line : lines) {
    const bool alive = line.os_pid != 0;
    std::cout << std::setw(name_width) << line.name << std::setw(12) << line.state << std::setw(10)
              << (alive ? std::to_string(line.os_pid) : "-") << std::setw(10) << line.restarts << std::setw(9)
              << (alive ? short_duration(line.uptime) : "-")
              << (line.last_exit.empty() ? "-" : line.last_exit) << '\n';
  }
}

void print_json(const ipc::LiveNode& node, const std::vector<Line>& lines) {
  boost::json::array children;
  for (const Line& line : lines) {
    boost::json::object child{{"name", line.name},
                              {"type", line.type},
                              {"state", line.state},
                              {"pid", line.os_pid},
                              {"incarnation", line.incarnation},
                              {"restarts", line.restarts},
                              {"uptime_ns", line.uptime.count()}};
    child["last_exit"] = line.last_exit.empty() ? boost::json::value() : boost::json::value(line.last_exit);
    children.push_back(std::move(child));
  }
  std::cout << boost::json::object{{"node", node.name}, {"pid", node.root_pid}, {"children", children}}
            << '\n';
}

}  // namespace

int list(const ListOptions& options) {
  auto node = ipc::find_node(options.node);
  if (!node) return fail(exit_failed, node.error().text);
  auto files = ipc::NodeFiles::open(node->directory);
  if (!files) return fail(exit_failed, files.error().text);
  auto table = ipc::TableView::open(*files);
  if (!table) return fail(exit_failed, table.error().text);
  const auto lines = children_of(*table);
  if (options.json) {
    print_json(*node, lines);
  } else {
    print_table(lines);
  }
  return exit_ok;
}

}  // namespace ninelives::supervisor
