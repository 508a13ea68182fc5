#pragma once

// Which keys may stand where. A key that is silently ignored is the worst answer to a typing error, so every
// key that is not known here is a fault.

#include <string_view>
#include <vector>

#include "supervisor/config/fault.hpp"
#include "supervisor/config/toml_document.hpp"

namespace ninelives::supervisor {

enum class Section {
  top,         // of a tree file
  lone_child,  // the top of a text that holds one [[child]] and nothing else
  supervisor,  // [supervisor]
  worker,      // a [[child]] of this type
  program,
  child_supervisor,
  including,     // a supervisor whose keys are in another file
  unclear_type,  // a [[child]] that may be of any type
  backoff,
  via,
};

// Adds a fault for each key that does not belong into this section. Returns the known keys which some of
// these were probably meant to be, so that they are not reported as missing on top.
std::vector<std::string_view> check_keys(const TomlTable& table, Section section, Faults& faults);

}  // namespace ninelives::supervisor
