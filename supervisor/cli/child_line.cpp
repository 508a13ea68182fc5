#include "supervisor/cli/child_line.hpp"

#include <map>

#include "supervisor/cli/row_words.hpp"

namespace ninelives::supervisor {
namespace {

bool is_child(const ipc::TableView& table, Slot slot) {
  if (slot == ipc::root_slot || table.state(slot).state == ipc::RowState::free) return false;
  const ipc::RowType type = table.row(slot).type.load();
  return type == ipc::RowType::worker || type == ipc::RowType::program || type == ipc::RowType::supervisor;
}

// Of the last life that has ended: the present one, if it has, else the one before.
std::string last_exit(const ipc::TableView& table, Slot slot, const ipc::RowWord& now) {
  const Incarnation ended = now.is_alive() ? now.incarnation - 1 : now.incarnation;
  if (ended < table.owner_inc(slot)) return "";
  return to_string(table.reason({slot, ended}));
}

using Children = std::multimap<Slot, Slot>;  // by their supervisor's slot

// Takes what it has listed out of `children`: nobody is listed twice, whatever the table says.
void list_below(Slot supervisor, std::size_t depth, const ipc::TableView& table, Children& children,
                std::vector<ChildLine>& lines) {
  for (auto child = children.find(supervisor); child != children.end(); child = children.find(supervisor)) {
    const Slot slot = child->second;
    children.erase(child);
    lines.push_back(line_of(table, slot));
    lines.back().depth = depth;
    list_below(slot, depth + 1, table, children, lines);
  }
}

}  // namespace

ChildLine line_of(const ipc::TableView& table, Slot slot) {
  const ipc::Row& row = table.row(slot);
  const ipc::RowWord now = table.state(slot);
  ChildLine line{.name = table.name(slot),
                 .registered = table.registered(slot),
                 .type = word(row.type.load()),
                 .supervisor = table.name(row.supervisor.load()),
                 .state = word(now.state),
                 .pid = {slot, now.incarnation},
                 .restarts = row.restarts.load(),
                 .last_exit = last_exit(table, slot, now)};
  if (now.is_alive()) {
    line.os_pid = row.os_pid.load();
    line.uptime = std::chrono::steady_clock::now().time_since_epoch() -
                  std::chrono::nanoseconds(static_cast<std::int64_t>(row.started_ns.load()));
  }
  return line;
}

std::vector<ChildLine> lines_of(const ipc::TableView& table) {
  Children children;
  for (Slot slot = 0; slot < table.rows(); ++slot) {
    if (is_child(table, slot)) children.emplace(table.row(slot).supervisor.load(), slot);
  }
  std::vector<ChildLine> lines;
  list_below(ipc::root_slot, 0, table, children, lines);
  // Whose supervisor has just gone.
  while (!children.empty()) list_below(children.begin()->first, 0, table, children, lines);
  return lines;
}

boost::json::object as_json(const ChildLine& line) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? boost::json::value() : boost::json::value(text);
  };
  return {{"name", line.name},
          {"registered", or_null(line.registered)},
          {"type", line.type},
          {"supervisor", or_null(line.supervisor)},
          {"state", line.state},
          {"pid", line.os_pid},
          {"slot", line.pid.slot},
          {"incarnation", line.pid.incarnation},
          {"restarts", line.restarts},
          {"uptime_ns", line.uptime.count()},
          {"last_exit", or_null(line.last_exit)}};
}

std::string short_duration(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  auto two = [](long number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m" + two(seconds % 60) + "s";
  if (seconds < 86400) return std::to_string(seconds / 3600) + "h" + two(seconds / 60 % 60) + "m";
  return std::to_string(seconds / 86400) + "d" + two(seconds / 3600 % 24) + "h";
}

}  // namespace ninelives::supervisor
