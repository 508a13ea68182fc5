// `ninelives stop` and `start`: asks the root, and waits until what was asked for has happened.
#include "ipc/control.hpp"

#include <poll.h>
#include <thread>

#include "ipc/node_registry.hpp"
#include "ipc/table_view.hpp"
#include "supervisor/cli/commands.hpp"

namespace ninelives::supervisor {
namespace {

struct Connection {
  ipc::NodeFiles files;
  ipc::UniqueFd control;
};

ipc::Result<Connection> connect(const std::string& node) {
  auto found = ipc::find_node(node);
  if (!found) return std::unexpected(found.error());
  auto files = ipc::NodeFiles::open(found->directory);
  if (!files) return std::unexpected(files.error());
  auto control = ipc::connect_control(*files);
  if (!control) return std::unexpected(control.error());
  return Connection{std::move(*files), std::move(*control)};
}

bool has_ended(const Connection& connection) {
  pollfd wanted{connection.control.get(), POLLIN, 0};
  return ::poll(&wanted, 1, 0) > 0;
}

// The row is the truth, and there is no bell for people: looked at now and then, as long as there is a root
// to change it.
template <class Until>
int wait_for_row(const Connection& connection, const std::string& child, Until until) {
  constexpr auto pause = std::chrono::milliseconds(5);
  auto table = ipc::TableView::open(connection.files);
  if (!table) return fail(exit_failed, table.error().text);
  const auto owner = table->find(child);
  while (owner && !until(table->state(owner->slot))) {
    if (has_ended(connection)) return fail(exit_failed, "the node has ended meanwhile");
    std::this_thread::sleep_for(pause);
  }
  return exit_ok;
}

}  // namespace

int stop(const ChildOptions& options) {
  auto connection = connect(options.node);
  if (!connection) return fail(exit_failed, connection.error().text);
  auto done = ipc::ask(connection->control.get(), ipc::StopRequest{options.child});
  if (!done) return fail(exit_failed, done.error().text);
  if (!options.child.empty()) {
    return wait_for_row(*connection, options.child, [](const ipc::RowWord& row) {
      return !row.is_alive() && row.state != ipc::RowState::restarting;
    });
  }
  // The root closes the socket by ending.
  for (auto packet = ipc::receive_packet(connection->control.get()); packet && !packet->bytes.empty();) {
    packet = ipc::receive_packet(connection->control.get());
  }
  return exit_ok;
}

int start(const ChildOptions& options) {
  auto connection = connect(options.node);
  if (!connection) return fail(exit_failed, connection.error().text);
  auto done = ipc::ask(connection->control.get(), ipc::StartRequest{options.child});
  if (!done) return fail(exit_failed, done.error().text);
  ipc::RowState reached = ipc::RowState::starting;
  const int code = wait_for_row(*connection, options.child, [&](const ipc::RowWord& row) {
    reached = row.state;
    return row.state != ipc::RowState::starting;
  });
  if (code != exit_ok || reached == ipc::RowState::running) return code;
  return fail(exit_failed, '"' + options.child + "\" did not start: see the supervisor's log");
}

}  // namespace ninelives::supervisor
