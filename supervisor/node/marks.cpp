#include "supervisor/node/marks.hpp"

#include <string>

#include "ipc/launch_environment.hpp"

namespace ninelives::supervisor {
namespace {

std::string variable(const std::string& name, const std::string& value) { return name + "=" + value; }

}  // namespace

Markers marks_of(const std::filesystem::path& node) { return {variable(ipc::env_node, node.string())}; }

Markers marks_of(const std::filesystem::path& node, const Pid& life) {
  return {variable(ipc::env_node, node.string()), variable(ipc::env_slot, std::to_string(life.slot)),
          variable(ipc::env_incarnation, std::to_string(life.incarnation))};
}

Markers marks_under(const std::filesystem::path& node, const Pid& supervisor) {
  return {variable(ipc::env_node, node.string()),
          variable(ipc::env_under + std::to_string(supervisor.slot), std::to_string(supervisor.incarnation))};
}

}  // namespace ninelives::supervisor
