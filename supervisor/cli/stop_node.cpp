// `ninelives stop` without a name: asks the root, and waits until the node has ended.
#include "ipc/control.hpp"
#include "supervisor/cli/commands.hpp"
#include "supervisor/cli/node_view.hpp"

namespace ninelives::supervisor {

int stop_node(const std::string& name) {
  const auto node = view_node(name);
  if (!node) return fail(exit_failed, node.error());
  const auto control = ipc::connect_control(node->files);
  if (!control) return fail(exit_failed, control.error().text);
  if (auto done = ipc::ask(control->get(), ipc::StopRequest{}); !done) {
    return fail(exit_failed, done.error().text);
  }
  // The root closes the socket by ending.
  for (auto packet = ipc::receive_packet(control->get()); packet && !packet->bytes.empty();) {
    packet = ipc::receive_packet(control->get());
  }
  return exit_ok;
}

}  // namespace ninelives::supervisor
