// `ninelives kill`: a signal to a child's process, past its supervisor, which finds out as from any other
// death.
#include "supervisor/cli/child_process.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/node_view.hpp"
#include "supervisor/os/pidfd.hpp"

namespace ninelives::supervisor {

int kill_child(const KillOptions& options) {
  const auto view = view_node(options.node);
  if (!view) return fail(exit_failed, view.error());
  const auto child = find_name(view->table, options.child);
  if (!child) return fail(exit_failed, child.error());
  const auto process = open_process(view->table, *child);
  if (!process) return fail(exit_failed, '"' + options.child + "\" " + process.error());
  if (const auto error = send_signal(process->get(), options.signal)) {
    return fail(exit_failed, "cannot signal \"" + options.child + "\": " + error.message());
  }
  return exit_ok;
}

}  // namespace ninelives::supervisor
