#include "worker/registry/options.hpp"

#include <string_view>

namespace ninelives::registry {
namespace {

constexpr std::string_view usage =
    "; usage: ninelives-registry [--keys unique|duplicate] [--listener NAME]..., as the command of a worker";

std::unexpected<std::string> fault(std::string what) { return std::unexpected(what.append(usage)); }

}  // namespace

std::expected<Options, std::string> read_options(std::span<const char* const> arguments) {
  Options options;
  for (; !arguments.empty(); arguments = arguments.subspan(2)) {
    const std::string option = arguments[0];
    if (option != "--keys" && option != "--listener") return fault('"' + option + "\" is no option");
    if (arguments.size() < 2) return fault(option + " wants a word behind it");
    const std::string_view word = arguments[1];
    if (option == "--listener") {
      options.listeners.emplace_back(word);
    } else if (word == "unique" || word == "duplicate") {
      options.keys = word == "unique" ? ipc::RegistryKeys::unique : ipc::RegistryKeys::duplicate;
    } else {
      return fault("keys are unique or duplicate, not \"" + std::string(word) + '"');
    }
  }
  return options;
}

}  // namespace ninelives::registry
