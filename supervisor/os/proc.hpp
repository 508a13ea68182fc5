// What /proc tells about processes. Everything is a snapshot: a pid may be gone, or another process, a moment
// later.
#pragma once
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ninelives::supervisor {

// Nothing when that cannot be told right now, for want of descriptors or memory.
std::optional<std::vector<pid_t>> all_processes();

// 0 when the process is gone.
pid_t parent_of(pid_t pid);

// "KEY=value" entries, each ended by a zero byte. Empty for a process that is dead or that we may not look
// into. Nothing when it cannot be told right now: the process is between two programs (exec), or is about to
// be dead and has let go of its memory already, but perhaps not of its files; or we have no descriptor to
// look with. Look again soon.
std::optional<std::string> environment_of(pid_t pid);

}  // namespace ninelives::supervisor
