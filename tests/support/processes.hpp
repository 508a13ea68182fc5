// Questions about processes that are not the test's own children: by pidfd for their death, by /proc for the
// rest.
#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "tests/support/wait_until.hpp"

namespace ninelives::test {

// Waits until the process is dead, a zombie included.
bool has_died(int pidfd, std::chrono::milliseconds bound = patience);

std::size_t open_descriptors(pid_t pid);
// How many of its mappings are of a file below that directory. Arenas come with large messages: one for each
// ring is not counted.
std::size_t mappings_of(pid_t pid, const std::filesystem::path& directory);
// Below the directory, at any depth.
std::size_t files_below(const std::filesystem::path& directory);

// 0 when the process is gone.
pid_t parent_of(pid_t pid);
std::vector<pid_t> children_of(pid_t parent);
// At any depth.
bool descends_from(pid_t pid, pid_t ancestor);
bool is_zombie(pid_t pid);
std::size_t zombies_below(pid_t parent);

}  // namespace ninelives::test
