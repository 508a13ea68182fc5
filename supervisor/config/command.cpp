#include "supervisor/config/command.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <ranges>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

namespace fs = std::filesystem;

// For the effective user, as exec(2) will ask; access(2) would answer for the real one.
bool may_execute(const fs::path& path) { return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0; }

// errno of stat(2), 0 when it worked.
int status_of(const fs::path& path, struct stat& status) {
  return ::stat(path.c_str(), &status) == 0 ? 0 : errno;
}

bool is_a_file(const fs::path& path) {
  struct stat status = {};
  return status_of(path, status) == 0 && S_ISREG(status.st_mode);
}

std::string no_permission_on_the_way(const fs::path& path) {
  fs::path directory;
  for (const auto& part : path.parent_path()) {
    directory /= part;
    if (!may_execute(directory)) {
      return shown(path) + " cannot be reached: no permission to enter " + shown(directory) +
             "; run: chmod +x " + shown(directory);
    }
  }
  return shown(path) + ": " + std::generic_category().message(EACCES);
}

std::string why_not_found(const fs::path& path, int error) {
  if (error == ENOENT) return "no such file: " + shown(path);
  if (error == EACCES) return no_permission_on_the_way(path);
  return shown(path) + ": " + std::generic_category().message(error);
}

std::optional<std::string> execution_obstacle(const fs::path& path) {
  struct stat status = {};
  if (const int error = status_of(path, status); error != 0) return why_not_found(path, error);
  if (S_ISDIR(status.st_mode)) return shown(path) + " is a directory; name the executable in it";
  if (!S_ISREG(status.st_mode)) return shown(path) + " is not a regular file";
  if (!may_execute(path)) return shown(path) + " is not executable; run: chmod +x " + shown(path);
  return std::nullopt;
}

// A whole command line in one string is the commonest mistake, so the error shows how to write it.
std::string advice_on_spaces(const std::string& command) {
  if (!command.contains(' ')) return "";
  std::vector<std::string> words;
  for (const auto word : std::views::split(command, ' ')) {
    if (!word.empty()) words.push_back(in_quotes(std::string_view(word.begin(), word.end())));
  }
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + word;
  return "; a string is not split at its spaces: write [" + list + ']';
}

// An empty part means the working directory: so says execvp(3), and so do all shells.
std::vector<fs::path> directories_of(const std::string& path_variable) {
  std::vector<fs::path> directories;
  for (const auto part : std::views::split(path_variable, ':')) {
    const std::string_view directory(part.begin(), part.end());
    std::error_code ignored;
    directories.push_back(fs::absolute(directory.empty() ? "." : directory, ignored));
  }
  return directories;
}

std::expected<fs::path, std::string> look_up(const std::string& command, const CommandSearch& search) {
  std::optional<std::string> obstacle;
  for (const auto& directory : directories_of(search.path_variable)) {
    const auto candidate = absolute_under(directory, command);
    if (!is_a_file(candidate)) continue;
    const auto found = execution_obstacle(candidate);
    if (!found) return candidate;
    // Says more than "not found"; but a later directory may still have one that can be run.
    if (!obstacle) obstacle = found;
  }
  if (obstacle) return std::unexpected(*obstacle);
  const auto beside_tree_file = is_a_file(search.base / command);
  return std::unexpected("not found in PATH (" + in_one_line(search.path_variable) + ")" +
                         (beside_tree_file
                              ? "; for the one beside the tree file write " + in_quotes("./" + command)
                              : advice_on_spaces(command)));
}

}  // namespace

std::string current_path_variable() {
  if (const char* value = std::getenv("PATH")) return value;
  std::string value(::confstr(_CS_PATH, nullptr, 0), '\0');
  ::confstr(_CS_PATH, value.data(), value.size());
  value.pop_back();  // the terminating NUL
  return value;
}

std::expected<fs::path, std::string> find_executable(const std::string& command,
                                                     const CommandSearch& search) {
  if (!command.contains('/')) return look_up(command, search);
  const auto path = absolute_under(search.base, command);
  const auto obstacle = execution_obstacle(path);
  if (!obstacle) return path;
  std::error_code ignored;
  return std::unexpected(*obstacle + (fs::exists(path, ignored) ? "" : advice_on_spaces(command)));
}

std::optional<std::string> directory_obstacle(const fs::path& directory) {
  struct stat status = {};
  const int error = status_of(directory, status);
  if (error == ENOENT) return "no such directory; run: mkdir -p " + shown(directory);
  if (error != 0) return why_not_found(directory, error);
  if (!S_ISDIR(status.st_mode)) return shown(directory) + " is not a directory";
  if (!may_execute(directory)) {
    return "no permission to enter " + shown(directory) + "; run: chmod +x " + shown(directory);
  }
  return std::nullopt;
}

fs::path absolute_under(const fs::path& base, const fs::path& path) {
  fs::path out;
  // Not lexically_normal(), which also takes ".." out and thereby goes elsewhere behind a symbolic link.
  for (const auto& part : base / path) {
    if (part != ".") out /= part;
  }
  return out;
}

}  // namespace ninelives::supervisor
