#include "worker/name_at_start.hpp"

#include <cstdlib>

#include <ninelives/registry.hpp>

#include "ipc/launch_environment.hpp"

namespace ninelives::detail {
namespace {

constexpr std::string_view taken = "already_started ";

std::string in_quotes(std::string_view registry) { return '"' + std::string(registry) + '"'; }
std::string who_has_it(std::string_view registry) {
  return ": it has the name in registry " + in_quotes(registry);
}

std::string in_words(std::string_view registry, const RegistryError& error) {
  if (error.is(registry::Refusal::Kind::already_registered))
    return std::string(taken) + to_string(error.pid()) + who_has_it(registry);
  return "it has no name in registry " + in_quotes(registry) + ": " + to_string(error);
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

bool says_name_is_taken(std::string_view why, std::string_view registry) {
  return why.contains(taken) && why.contains(who_has_it(registry));
}

}  // namespace ninelives::detail
