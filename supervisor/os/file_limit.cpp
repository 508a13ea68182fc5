#include "supervisor/os/file_limit.hpp"

#include <sys/resource.h>

namespace ninelives::supervisor {
namespace {

rlimit inherited{};
bool raised = false;

}  // namespace

void raise_file_limit() {
  if (raised || ::getrlimit(RLIMIT_NOFILE, &inherited) != 0) return;
  const rlimit all{inherited.rlim_max, inherited.rlim_max};
  raised = ::setrlimit(RLIMIT_NOFILE, &all) == 0;
}

std::size_t file_limit() {
  rlimit now{};
  return ::getrlimit(RLIMIT_NOFILE, &now) == 0 ? now.rlim_cur : 0;
}

void restore_file_limit() noexcept {
  if (raised) ::setrlimit(RLIMIT_NOFILE, &inherited);
}

}  // namespace ninelives::supervisor
