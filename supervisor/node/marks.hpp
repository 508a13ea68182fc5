// By what the processes of a node are found wherever they have gone: their environment
// (ipc/launch_environment.hpp), which whatever descends from them inherits.
#pragma once
#include <filesystem>

#include <ninelives/ipc/pid.hpp>

#include "supervisor/os/descendants.hpp"

namespace ninelives::supervisor {

// Everybody in that node.
Markers marks_of(const std::filesystem::path& node);
// That life of a worker or program, and what it has started.
Markers marks_of(const std::filesystem::path& node, const Pid& life);
// That life of a supervisor, and everybody below it.
Markers marks_under(const std::filesystem::path& node, const Pid& supervisor);

}  // namespace ninelives::supervisor
