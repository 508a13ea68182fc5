// `ninelives status`: all that the process table knows of one child, its last lives among it.
#include <algorithm>
#include <iostream>

#include "supervisor/cli/child_line.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/node_view.hpp"

namespace ninelives::supervisor {
namespace {

struct EndedLife {
  Incarnation incarnation;
  std::string reason;
};

// As far as the table remembers them, the last one first.
std::vector<EndedLife> ended_lives(const ipc::TableView& table, Slot slot) {
  std::vector<EndedLife> lives;
  for (const ipc::PastLife& past : table.row(slot).past) {
    const Incarnation life = past.incarnation.load();
    const bool is_of_this_child = life != 0 && life >= table.owner_inc(slot);
    if (is_of_this_child) lives.push_back({life, to_string(table.reason({slot, life}))});
  }
  std::ranges::sort(lives, std::ranges::greater(), &EndedLife::incarnation);
  return lives;
}

void print_text(const ChildLine& line, const std::vector<EndedLife>& ended) {
  std::cout << "name        " << line.name;
  if (!line.registered.empty()) std::cout << "\nregistered  " << line.registered;
  std::cout << "\ntype        " << line.type << "\nsupervisor  "
            << (line.supervisor.empty() ? "the root" : line.supervisor) << "\nstate       " << line.state;
  if (line.os_pid != 0) {
    std::cout << ", for " << short_duration(line.uptime) << "\nprocess     " << line.os_pid;
  }
  std::cout << "\npid         " << to_string(line.pid) << "\nrestarts    " << line.restarts << '\n';
  for (const EndedLife& life : ended) {
    std::cout << "ended       " << to_string(Pid{line.pid.slot, life.incarnation}) << ": " << life.reason
              << '\n';
  }
}

void print_json(const ChildLine& line, const std::vector<EndedLife>& ended) {
  boost::json::array lives;
  for (const EndedLife& life : ended) {
    lives.push_back({{"incarnation", life.incarnation}, {"reason", life.reason}});
  }
  boost::json::object child = as_json(line);
  child["ended"] = std::move(lives);
  std::cout << child << '\n';
}

}  // namespace

int status(const ChildOptions& options) {
  const auto view = view_node(options.node);
  if (!view) return fail(exit_failed, view.error());
  const auto found = find_name(view->table, options.child);
  if (!found) return fail(exit_failed, found.error());
  const ChildLine line = line_of(view->table, found->slot);
  const auto ended = ended_lives(view->table, found->slot);
  options.json ? print_json(line, ended) : print_text(line, ended);
  return line.state == "running" ? exit_ok : exit_not_running;
}

}  // namespace ninelives::supervisor
