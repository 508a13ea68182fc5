#pragma once

// Durations as people write them: a decimal number and a unit without a space, "5s", "200ms", "1.5s", "2min",
// "1h", "0s". Units: ns, us, ms, s, min, h. There is no bare number, because half of the world would read it
// as seconds and the other half as milliseconds, and no "m", which could be either of two units.

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace ninelives::supervisor {

// What is finer than a nanosecond is cut off; at most longest_time (<ninelives/spec/check.hpp>). The error is
// for people and begins with the text itself:
// `"5" has no unit; write "5s"`.
std::expected<std::chrono::nanoseconds, std::string> parse_duration(std::string_view text);

}  // namespace ninelives::supervisor
