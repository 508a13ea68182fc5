#pragma once

// One [[child]] of a tree file, but for what is below it.

#include <ninelives/spec/tree.hpp>

#include "supervisor/config/command.hpp"
#include "supervisor/config/section_reader.hpp"

namespace ninelives::supervisor {

// Reads the type and says which keys there may be. One that cannot be told gives the best guess, and a fault.
Section read_type(SectionReader& reader, ChildType& type);

// What a child of any type has. A partition has no id of its own.
void read_common_keys(SectionReader& reader, bool is_partition, ninelives::ChildSpec& spec);

// What a worker or a program has: how it is started, and where.
void read_process_keys(SectionReader& reader, Section section, const CommandSearch& search,
                       ninelives::ChildSpec& spec);

// `child "kv"`, or "this child" while it has no id: for faults about what is not there.
std::string title(const ninelives::ChildSpec& spec);

}  // namespace ninelives::supervisor
