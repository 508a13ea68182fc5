#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "supervisor/config/fault.hpp"

namespace ninelives::supervisor {

// Twice what the deepest tree needs.
inline constexpr std::size_t most_parts_of_key = 64;

// Where a dotted key, a.b.c, has more parts than that. Each part is a table in the one before, and toml++
// needs stack for each when it lets go of them: 40 000 end the process. (Of tables in braces it allows 256
// levels by itself; each may have such a key.) It is looked for before the text is parsed, so that what is
// found may also stand in a string of several lines; but nobody has written such a one.
std::optional<Place> first_endless_key(std::string_view text);

}  // namespace ninelives::supervisor
