// A worker that is to run under a name in a registry: `via` in its spec. Its supervisor says so in its
// environment (NINELIVES_VIA, ipc/launch_environment.hpp).
#pragma once
#include <optional>
#include <string_view>

#include <ninelives/ipc/exit_reason.hpp>

namespace ninelives::detail {

// Registers this process under that name, if there is one. To be called before the server is made: one whose
// name is taken never runs anything of its own. The reason why it cannot be started: already_started, with
// the Pid of who has the name; or that the registry cannot be reached.
std::optional<ExitReason> take_name_at_start();

// Is this what a start has failed for, told by its supervisor: that name was another one's?
bool says_name_is_taken(std::string_view why, std::string_view registry);

}  // namespace ninelives::detail
