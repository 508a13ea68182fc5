#include "supervisor/node/executables.hpp"

#include <filesystem>
#include <system_error>

#include "supervisor/config/command.hpp"

namespace ninelives::supervisor {

std::expected<void, std::string> find_executables(ChildSpec& spec) {
  if (spec.type == ChildType::supervisor) return find_executables(spec.supervisor);
  if (!spec.executable.empty()) return {};
  std::error_code error;
  const auto base =
      spec.directory.empty() ? std::filesystem::current_path(error) : std::filesystem::path(spec.directory);
  auto found = find_executable(spec.command.front(), {base, current_path_variable()});
  if (!found)
    return std::unexpected(spec.id + ": command \"" + spec.command.front() + "\": " + found.error());
  spec.executable = *found;
  return {};
}

std::expected<void, std::string> find_executables(SupervisorSpec& spec) {
  for (ChildSpec& child : spec.children) {
    if (auto found = find_executables(child); !found) return found;
  }
  return {};
}

}  // namespace ninelives::supervisor
