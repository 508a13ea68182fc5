#include "worker/name_at_start.hpp"

#include <cstdlib>

#include <ninelives/registry.hpp>

#include "ipc/launch_environment.hpp"

namespace ninelives::detail {
namespace {

std::string in_words(std::string_view registry, const RegistryError& error) {
  const std::string where = "registry \"" + std::string(registry) + '"';
  if (!error.is(registry::Refusal::Kind::already_registered))
    return "it has no name in " + where + ": " + to_string(error);
  return "already_started " + to_string(error.pid()) + ": it has the name in " + where;
}

}  // namespace

std::optional<ExitReason> take_name_at_start() {
  const char* variable = std::getenv(ipc::env_via);
  if (!variable) return std::nullopt;
  const std::string_view name = variable;
  const std::size_t end = name.find('\n');
  if (end == std::string_view::npos) return ExitReason::error(std::string(ipc::env_via) + " names no key");
  const std::string_view registry = name.substr(0, end);
  const auto registered = Registry(registry).register_name(name.substr(end + 1));
  if (registered) return std::nullopt;
  return ExitReason::error(in_words(registry, registered.error()));
}

}  // namespace ninelives::detail
