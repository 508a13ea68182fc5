#include "supervisor/os/pidfd.hpp"

#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace ninelives::supervisor {

// Called by number because glibc 2.36's <sys/pidfd.h> forgets extern "C".

ipc::UniqueFd open_pidfd(pid_t pid) {
  return ipc::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

std::error_code send_signal(int pidfd, int number) {
  if (::syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0) return {};
  return {errno, std::generic_category()};
}

}  // namespace ninelives::supervisor
