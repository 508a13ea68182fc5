#include "worker/name_at_start.hpp"

#include <cstdlib>

#include <ninelives/registry.hpp>

namespace ninelives::detail {
namespace {

std::string in_words(const Via& name, const RegistryError& error) {
  if (error.is(registry::Refusal::Kind::already_registered)) {
    return "already_started " + to_string(error.pid()) + ": it has the name in registry \"" + name.registry +
           '"';
  }
  return "no name in registry \"" + name.registry + "\": " + to_string(error);
}

}  // namespace

std::optional<ExitReason> take_name_at_start() {
  const char* text = std::getenv(ipc::env_via);
  if (!text) return std::nullopt;
  const auto name = ipc::from_environment(text);
  if (!name) return ExitReason::error(std::string(ipc::env_via) + " is no name in a registry: " + text);
  const auto registered = Registry(name->registry).register_name(name->key, name->value);
  if (registered) return std::nullopt;
  return ExitReason::error(in_words(*name, registered.error()));
}

}  // namespace ninelives::detail
