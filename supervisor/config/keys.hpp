#pragma once

// Which keys may stand where. A key that is silently ignored is the worst answer to a typing error, so every
// key that is not known here is a fault.

#include <string_view>
#include <vector>

#include "supervisor/config/fault.hpp"
#include "supervisor/config/toml_document.hpp"

namespace ninelives::supervisor {

enum class Section { root, supervisor, child };

// Adds a fault for each key that does not belong into this section. Returns the known keys which some of
// these were probably meant to be, so that they are not reported as missing on top.
std::vector<std::string_view> check_keys(const TomlTable& table, Section section, Faults& faults);

}  // namespace ninelives::supervisor
