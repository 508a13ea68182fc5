// Starts a program as a child process.
//
// The child gets: a process group of its own; SIGKILL when the launching thread ends (PR_SET_PDEATHSIG:
// launch from a thread that lives as long as the process; a set-user-id program drops it); stdin from
// /dev/null, or from a descriptor of ours; default signal dispositions and an empty signal mask; no
// descriptors but 0, 1 and 2. stdout, stderr and umask are the launcher's.
//
// The calling thread waits until the exec has succeeded or failed, about 0.1 ms. One thread of a process
// launches.
#pragma once
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ipc/unique_fd.hpp"

namespace ninelives::supervisor {

struct LaunchPlan {
  std::filesystem::path executable;      // absolute, or relative to `directory`; PATH is not searched
  std::vector<std::string> command;      // argv, argv[0] included
  std::vector<std::string> environment;  // "KEY=value"; all that the child gets
  std::filesystem::path directory;       // empty: the launcher's own
  int input = -1;                        // its stdin, a descriptor of the launcher's; -1: /dev/null

  // Runs in the child, last before exec, with the child's pid. The child shares the launcher's memory until
  // exec and the launcher stands still meanwhile: async-signal-safe calls only, no allocation, no lock, no
  // exception. What it stored stays when the exec then fails.
  std::function<void(pid_t)> before_exec = {};
};

// A child that has not been waited for. Whoever holds it reaps it.
struct Process {
  pid_t pid = -1;
  ipc::UniqueFd pidfd;
};

struct LaunchError {
  std::string stage;  // what could not be done, to be read after "cannot": "execute /x/y"
  int error = 0;      // errno
};

std::string to_string(const LaunchError& error);  // "cannot execute /x/y: Permission denied"

// After an error there is neither a child nor a zombie.
std::expected<Process, LaunchError> launch(const LaunchPlan& plan);

}  // namespace ninelives::supervisor
