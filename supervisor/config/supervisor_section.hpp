#pragma once

// The flags of a supervisor: in [supervisor] of a file, or in the [[child]] that is one.

#include <ninelives/spec/tree.hpp>

#include "supervisor/config/section_reader.hpp"

namespace ninelives::supervisor {

// All but the children. False when it cannot be told whether there should be any at boot.
bool read_flags(SectionReader& reader, ninelives::SupervisorSpec& spec);

}  // namespace ninelives::supervisor
