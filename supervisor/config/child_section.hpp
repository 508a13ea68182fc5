#pragma once

// One [[child]] of a tree file.

#include <optional>

#include "supervisor/config/command.hpp"
#include "supervisor/config/fault.hpp"
#include "supervisor/config/toml_document.hpp"
#include "supervisor/config/tree_file.hpp"

namespace ninelives::supervisor {

struct ChildSection {
  ChildSpec spec;
  ChildEntry entry;
  std::optional<Place> id_place;  // set when the id is present and valid
};

// Adds its faults; then what it returns is incomplete.
ChildSection read_child(const TomlTable& table, Place place, const CommandSearch& search, Faults& faults);

}  // namespace ninelives::supervisor
