// How long things may take, in nanoseconds.
#pragma once
#include <chrono>

namespace ninelives {

inline constexpr std::chrono::nanoseconds default_timeout = std::chrono::seconds(5);  // gen_server:call/2's
inline constexpr std::chrono::nanoseconds infinity = std::chrono::nanoseconds::max();

}  // namespace ninelives
