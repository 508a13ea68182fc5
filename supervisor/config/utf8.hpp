#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "supervisor/config/fault.hpp"

namespace ninelives::supervisor {

// The place of the first byte that is not UTF-8 (RFC 3629), as in a file saved in Latin-1.
std::optional<Place> first_invalid_utf8(std::string_view text);

// How many characters a text has that is UTF-8.
std::size_t count_code_points(std::string_view text);

}  // namespace ninelives::supervisor
