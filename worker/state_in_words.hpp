// A state as one line of a log shows it: its msgpack, written as JSON would be. A worker links no JSON
// library, which would double what it loads at its start; what the shell shows goes through one
// (supervisor/cli).
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace ninelives::detail {

inline constexpr std::size_t state_in_words_max =
    1024;  // bytes; of what is longer there is the beginning, and "..."

// Never throws, whatever the bytes are: control characters and what is no text are shown as \xNN.
std::string state_in_words(std::string_view msgpack);

}  // namespace ninelives::detail
