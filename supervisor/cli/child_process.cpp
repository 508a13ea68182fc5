#include "supervisor/cli/child_process.hpp"

#include "supervisor/cli/row_words.hpp"
#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/proc.hpp"

namespace ninelives::supervisor {
namespace {

pid_t os_pid(const ipc::TableView& table, Slot slot) {
  return static_cast<pid_t>(table.row(slot).os_pid.load());
}

// From that child up to the root, each is a child of the next one, as the table has them. So each of them was
// alive when it was looked at: who is dead is nobody's parent.
bool all_supervisors_live(const ipc::TableView& table, Slot child) {
  while (child != ipc::root_slot) {
    const Slot supervisor = table.row(child).supervisor.load();
    if (!table.has(supervisor) || parent_of(os_pid(table, child)) != os_pid(table, supervisor)) return false;
    child = supervisor;
  }
  return true;
}

}  // namespace

// A number means somebody else once its process was reaped. A living supervisor does that only after the row
// has told of the end; what a dead one leaves may be reaped before. So if there are living supervisors above
// the child, and the row tells of the same life, both after the descriptor was opened, then that life's
// process had not been reaped.
std::expected<ipc::UniqueFd, std::string> open_process(const ipc::TableView& table, const ipc::Owner& child) {
  const ipc::RowWord before = table.state(child.slot);
  const pid_t number = os_pid(table, child.slot);
  if (!before.is_alive() || number == 0) {
    return std::unexpected(std::string("is ") + word(before.state) + ", and has no process just now");
  }
  ipc::UniqueFd pidfd = open_pidfd(number);
  const bool is_open = pidfd && all_supervisors_live(table, child.slot);
  const ipc::RowWord after = table.state(child.slot);
  const bool is_same_life = after.is_alive() && after.incarnation == before.incarnation &&
                            table.owner_inc(child.slot) == child.owner_inc;
  if (!is_open || !is_same_life) return std::unexpected("has ended at this very moment");
  return pidfd;
}

}  // namespace ninelives::supervisor
