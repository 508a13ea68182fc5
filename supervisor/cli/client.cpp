#include "supervisor/cli/client.hpp"

#include "supervisor/cli/child_path.hpp"
#include "supervisor/cli/node_view.hpp"
#include "supervisor/cli/row_words.hpp"

namespace ninelives::supervisor {

std::expected<Client, std::string> Client::attach(const std::string& node) {
  auto guest = ipc::Guest::attach(node);
  if (!guest) return std::unexpected(guest.error().text);
  return Client(std::move(*guest));
}

std::expected<SupervisorAddress, std::string> Client::find_supervisor(const std::string& name) const {
  if (name.empty() || name == "/") {
    return SupervisorAddress{{ipc::root_slot, table().owner_inc(ipc::root_slot)}, ""};
  }
  const auto found = find_name(table(), name);
  if (!found) return std::unexpected(found.error());
  const ipc::RowType type = table().row(found->slot).type.load();
  if (type == ipc::RowType::supervisor) return SupervisorAddress{*found, table().name(found->slot)};
  return std::unexpected('"' + name + "\" is a " + word(type) +
                         ", and no supervisor; `ninelives ls` shows which are, and / is the root");
}

std::expected<ChildAddress, std::string> Client::find_child(const std::string& name) const {
  const auto found = find_name(table(), name);
  if (!found) return std::unexpected(found.error());
  const std::string path = table().name(found->slot);
  const Slot supervisor = table().row(found->slot).supervisor.load();
  ChildAddress address{
      .supervisor = {supervisor, table().owner_inc(supervisor)}, .name = id_of(path), .path = path};
  if (is_dynamic_child(path)) address.name = pid_of(found->slot, address.supervisor, path);
  return address;
}

// While it is being restarted it is known by the last of its processes that ran, which is not the one in its
// row if a start has failed since.
Pid Client::pid_of(Slot child, const ipc::Owner& supervisor, const std::string& path) const {
  const ipc::RowWord row = table().state(child);
  if (row.state == ipc::RowState::restarting) {
    const auto children = ask(supervisor, supervision::WhichChildren{}, ipc::for_ever);
    for (const auto& each : children.value_or(std::vector<supervision::ChildInfo>())) {
      if (each.name == path && each.pid) return each.pid;
    }
  }
  return {child, row.incarnation};
}

std::expected<std::string_view, std::string> Client::call(const ipc::Owner& to, std::uint32_t message,
                                                          std::string_view payload,
                                                          std::chrono::nanoseconds timeout,
                                                          ipc::Kind kind) const {
  auto reply = endpoint().call(to, message, payload, timeout, kind);
  if (!reply) return std::unexpected(std::string(to_string(reply.error().kind)) + ": " + reply.error().text);
  return *reply;
}

}  // namespace ninelives::supervisor
