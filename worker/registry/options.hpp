// The command line of ninelives-registry.
#pragma once
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "ipc/registry_layout.hpp"

namespace ninelives::registry {

struct Options {
  ipc::RegistryKeys keys = ipc::RegistryKeys::unique;
  std::vector<std::string> listeners = {};  // names of servers
};

// Without the program's own name. The error is a sentence.
std::expected<Options, std::string> read_options(std::span<const char* const> arguments);

}  // namespace ninelives::registry
