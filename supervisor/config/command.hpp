#pragma once

// Finds the executable of a command, and says what to do when it cannot be run. Nothing is run and no shell
// is involved; the answer is that of this moment, for the effective user of the calling process.

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ninelives::supervisor {

// Where commands are looked for.
struct CommandSearch {
  std::filesystem::path base;  // absolute; a command with a '/' in it is taken relative to it
  std::string path_variable;   // the value of PATH: where a command without '/' is looked up, as in execvp(3)
};

// The PATH of this process; without one the system's default, as in execvp(3).
std::string current_path_variable();

// The absolute path of the executable. Symbolic links and ".." are left as they are: a program may care by
// which name it was started. The error is for people: the full path that was tried, why it cannot be run,
// what to do.
std::expected<std::filesystem::path, std::string> find_executable(const std::string& command,
                                                                  const CommandSearch& search);

// What keeps a program from being started in this directory, for people; nothing if it can be.
std::optional<std::string> directory_obstacle(const std::filesystem::path& directory);

// The path made absolute against `base`, without "." parts.
std::filesystem::path absolute_under(const std::filesystem::path& base, const std::filesystem::path& path);

}  // namespace ninelives::supervisor
