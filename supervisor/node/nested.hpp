// A supervisor below the root, in its own process: `ninelives supervise`, as the supervisor above launches
// it. It dies with that one, and everybody below dies with it.
#pragma once
#include <expected>
#include <string>

namespace ninelives::supervisor {

// Supervises what stdin hands over, until that has ended. Returns the process's exit code; the reason is in
// its box by then. The error, for people, says why there is nothing to supervise.
std::expected<int, std::string> supervise();

}  // namespace ninelives::supervisor
