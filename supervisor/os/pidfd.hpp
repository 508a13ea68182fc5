// Processes by descriptor instead of by number: a pidfd stays with its process and is never recycled
// (pidfd_open(2)).
#pragma once
#include <sys/types.h>
#include <system_error>

#include "ipc/unique_fd.hpp"

namespace ninelives::supervisor {

// Empty when there is no such process.
ipc::UniqueFd open_pidfd(pid_t pid);

// Success for a zombie too; std::errc::no_such_process once it was reaped.
std::error_code send_signal(int pidfd, int number);

}  // namespace ninelives::supervisor
