// Signals as people type them: "KILL", "SIGKILL", "kill" or "9". Pure.
#pragma once
#include <optional>
#include <string_view>

namespace ninelives::supervisor {

std::optional<int> parse_signal(std::string_view text);

}  // namespace ninelives::supervisor
