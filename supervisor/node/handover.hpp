// What a supervisor below the root is told by the one that launches it: through its stdin, from memory that
// nobody else has, so that a kill leaves nothing behind and a changed tree file changes nothing that runs.
#pragma once
#include <filesystem>
#include <string>

#include <ninelives/spec/tree.hpp>

#include "ipc/error.hpp"
#include "ipc/unique_fd.hpp"

namespace ninelives::supervisor {

struct Handover {
  std::string name;              // in the node
  std::filesystem::path events;  // where events are written; empty: nowhere
  SupervisorSpec spec;
};

// A descriptor from which the handover can be read.
ipc::Result<ipc::UniqueFd> write_handover(const Handover& handover);
// Reads stdin to its end, and then leaves /dev/null there.
ipc::Result<Handover> read_handover();

}  // namespace ninelives::supervisor
