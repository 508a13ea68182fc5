// `ninelives status`: all that the process table knows of one child, its last lives among it, and what the
// box of a worker says that it is doing. Nobody is asked.
#include <algorithm>
#include <iostream>

#include "ipc/activity.hpp"
#include "ipc/box_view.hpp"
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

// What a worker is doing, from its own box: it need not answer, and so may be stuck.
struct Doing {
  ipc::Activity activity;
  std::string message;

  bool is_busy() const { return activity.callback != ipc::Callback::none; }
  std::chrono::nanoseconds busy_for() const {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(now) - activity.since);
  }
};

std::optional<Doing> what_it_does(const NodeView& view, const ipc::Owner& child) {
  const ipc::RowWord row = view.table.state(child.slot);
  if (!row.is_alive() || view.table.row(child.slot).type.load() != ipc::RowType::worker) return std::nullopt;
  const auto box = ipc::BoxView::open(view.files, child);
  if (!box) return std::nullopt;
  Doing doing{ipc::read_activity(box->status()), ""};
  if (doing.activity.life != row.incarnation) return std::nullopt;  // it has not attached yet
  doing.message = ipc::message_name(box->status(), doing.activity.message);
  return doing;
}

void print_text(const Doing& doing) {
  if (doing.activity.suspended) std::cout << "suspended   yes\n";
  std::cout << "doing       ";
  if (!doing.is_busy()) {
    std::cout << "nothing: waits for a message\n";
  } else {
    std::cout << to_string(doing.activity.callback);
    if (!doing.message.empty()) std::cout << '(' << doing.message << ')';
    std::cout << ", for " << short_duration(doing.busy_for()) << '\n';
  }
  std::cout << "messages    " << doing.activity.messages_in << " in, " << doing.activity.messages_out
            << " out\n";
}

boost::json::object as_json(const Doing& doing) {
  boost::json::object json{{"suspended", doing.activity.suspended},
                           {"messages_in", doing.activity.messages_in},
                           {"messages_out", doing.activity.messages_out}};
  if (!doing.is_busy()) return json;
  json["callback"] = to_string(doing.activity.callback);
  json["message"] = doing.message;
  json["busy_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(doing.busy_for()).count();
  return json;
}

void print_text(const ChildLine& line, const std::optional<Doing>& doing,
                const std::vector<EndedLife>& ended) {
  std::cout << "name        " << line.name;
  if (!line.registered.empty()) std::cout << "\nregistered  " << line.registered;
  std::cout << "\ntype        " << line.type << "\nsupervisor  "
            << (line.supervisor.empty() ? "the root" : line.supervisor) << "\nstate       " << line.state;
  if (line.os_pid != 0) {
    std::cout << ", for " << short_duration(line.uptime) << "\nprocess     " << line.os_pid;
  }
  std::cout << "\npid         " << to_string(line.pid) << "\nrestarts    " << line.restarts << '\n';
  if (doing) print_text(*doing);
  for (const EndedLife& life : ended) {
    std::cout << "ended       " << to_string(Pid{line.pid.slot, life.incarnation}) << ": " << life.reason
              << '\n';
  }
}

void print_json(const ChildLine& line, const std::optional<Doing>& doing,
                const std::vector<EndedLife>& ended) {
  boost::json::array lives;
  for (const EndedLife& life : ended) {
    lives.push_back({{"incarnation", life.incarnation}, {"reason", life.reason}});
  }
  boost::json::object child = as_json(line);
  if (doing) child["doing"] = as_json(*doing);
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
  const auto doing = what_it_does(*view, *found);
  options.json ? print_json(line, doing, ended) : print_text(line, doing, ended);
  return line.state == "running" ? exit_ok : exit_not_running;
}

}  // namespace ninelives::supervisor
