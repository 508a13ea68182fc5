// `ninelives kill`: a signal to a child's process, past its supervisor, which finds out as from any other
// death.
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/node_view.hpp"
#include "supervisor/cli/row_words.hpp"
#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/proc.hpp"

namespace ninelives::supervisor {
namespace {

pid_t os_pid(const ipc::TableView& table, Slot slot) {
  return static_cast<pid_t>(table.row(slot).os_pid.load());
}

// Each is the parent of the next one below it, from the root down to that child, as the table has them: so
// none of them was dead when it was looked at. A supervisor that is dead is the parent of nobody.
bool all_supervisors_live(const ipc::TableView& table, Slot child) {
  while (child != ipc::root_slot) {
    const Slot supervisor = table.row(child).supervisor.load();
    if (!table.has(supervisor) || parent_of(os_pid(table, child)) != os_pid(table, supervisor)) return false;
    child = supervisor;
  }
  return true;
}

// The process of a child's present life. Its number means somebody else once it was reaped. But a supervisor
// does that only after the row has told of the end, and only if it is dead itself somebody else may be
// earlier: so if there are living supervisors above the child, and its row tells of the same life, after the
// descriptor was opened, it is a descriptor of that life's process.
std::expected<ipc::UniqueFd, std::string> open_process(const ipc::TableView& table, const ipc::Owner& child,
                                                       const std::string& name) {
  const ipc::RowWord before = table.state(child.slot);
  const pid_t number = os_pid(table, child.slot);
  if (!before.is_alive() || number == 0) {
    return std::unexpected('"' + name + "\" is " + word(before.state) + ", and has no process just now");
  }
  ipc::UniqueFd pidfd = open_pidfd(number);
  const bool is_open = pidfd && all_supervisors_live(table, child.slot);
  const ipc::RowWord after = table.state(child.slot);
  const bool is_same_life = after.is_alive() && after.incarnation == before.incarnation &&
                            table.owner_inc(child.slot) == child.owner_inc;
  if (!is_open || !is_same_life) return std::unexpected('"' + name + "\" has ended at this very moment");
  return pidfd;
}

}  // namespace

int kill_child(const KillOptions& options) {
  const auto view = view_node(options.node);
  if (!view) return fail(exit_failed, view.error());
  const auto child = find_name(view->table, options.child);
  if (!child) return fail(exit_failed, child.error());
  const auto process = open_process(view->table, *child, options.child);
  if (!process) return fail(exit_failed, process.error());
  if (const auto error = send_signal(process->get(), options.signal)) {
    return fail(exit_failed, "cannot signal \"" + options.child + "\": " + error.message());
  }
  return exit_ok;
}

}  // namespace ninelives::supervisor
