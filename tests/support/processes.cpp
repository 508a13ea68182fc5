#include "tests/support/processes.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <string>

#include "supervisor/os/proc.hpp"

namespace ninelives::test {
namespace {

namespace fs = std::filesystem;

fs::path proc(pid_t pid) { return "/proc/" + std::to_string(pid); }

// Entries may vanish while they are counted, which is no error here.
template <class Iterator>
std::size_t count_entries(const fs::path& directory) {
  std::size_t count = 0;
  std::error_code error;
  for (Iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) ++count;
  return count;
}

}  // namespace

bool has_died(int pidfd, std::chrono::milliseconds bound) {
  pollfd poll{pidfd, POLLIN, 0};
  return ::poll(&poll, 1, static_cast<int>(bound.count())) == 1;
}

std::size_t open_descriptors(pid_t pid) { return count_entries<fs::directory_iterator>(proc(pid) / "fd"); }

std::size_t mappings_of(pid_t pid, const fs::path& directory) {
  std::ifstream maps(proc(pid) / "maps");
  std::size_t count = 0, rings = 0, arenas = 0;
  for (std::string line; std::getline(maps, line);) {
    if (!line.contains(directory.string() + "/")) continue;
    const bool is_arena = line.contains(".arena");
    arenas += is_arena;
    rings += !is_arena && line.contains("/in.");
    count += !is_arena;
  }
  return count + (arenas > rings ? arenas - rings : 0);
}

std::size_t files_below(const fs::path& directory) {
  return count_entries<fs::recursive_directory_iterator>(directory);
}

pid_t parent_of(pid_t pid) { return supervisor::parent_of(pid); }

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children = supervisor::all_processes().value_or(std::vector<pid_t>());
  std::erase_if(children, [parent](pid_t pid) { return supervisor::parent_of(pid) != parent; });
  return children;
}

bool descends_from(pid_t pid, pid_t ancestor) {
  while (pid > 1 && pid != ancestor) pid = supervisor::parent_of(pid);
  return pid == ancestor;
}

bool is_zombie(pid_t pid) {
  std::ifstream file(proc(pid) / "stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  // The name in parentheses may contain anything; the state follows the last one: proc(5).
  const auto name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.substr(name_end, 3) == ") Z";
}

std::size_t zombies_below(pid_t parent) {
  return static_cast<std::size_t>(std::ranges::count_if(children_of(parent), is_zombie));
}

}  // namespace ninelives::test
