#include "ipc/node_registry.hpp"

#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "ipc/deadline.hpp"

namespace ninelives::ipc {
namespace {

namespace fs = std::filesystem;

// "<node>.<run id>": the run id keeps a process of a dead node from meeting the files of its successor.
std::string name_of(const fs::path& directory) {
  const std::string name = directory.filename().string();
  return name.substr(0, name.rfind('.'));
}

enum class Life { alive, dead, none };  // none: no node's directory

struct Found {
  Life life = Life::none;
  int root_pid = 0;
};

int read_pid(int fd) {
  std::array<char, 32> text{};
  const auto length = ::pread(fd, text.data(), text.size(), 0);
  int pid = 0;
  if (length > 0) std::from_chars(text.data(), text.data() + length, pid);
  return pid;
}

Found look_at(const fs::path& directory) {
  if (name_of(directory).empty() || directory.filename().string().find('.') == std::string::npos) return {};
  UniqueFd lock(::open((directory / NodeFiles::lock).c_str(), O_RDWR | O_CLOEXEC));
  // Without a lock file: a root was killed while it began.
  if (!lock) return {errno == ENOENT ? Life::dead : Life::none};
  // Shared, so that two who look do not take each other for the root.
  if (::flock(lock.get(), LOCK_SH | LOCK_NB) == 0) return {Life::dead};
  return {Life::alive, read_pid(lock.get())};
}

// A base directory that does not exist yet has no nodes; one that may not be entered is an error.
Result<std::vector<fs::path>> node_directories() {
  std::vector<fs::path> found;
  const fs::path base = base_directory();
  std::error_code error;
  for (fs::directory_iterator file(base, error), end; !error && file != end; file.increment(error)) {
    std::error_code ignored;
    if (file->is_directory(ignored)) found.push_back(file->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return os_error("cannot look for nodes in " + base.string(), error.value());
  }
  return found;
}

// A root that was just killed holds its lock until the kernel has taken it apart.
bool dies_soon(const fs::path& directory) {
  constexpr auto patience = std::chrono::seconds(1);
  constexpr auto step = std::chrono::milliseconds(2);
  const auto until = Clock::now() + patience;
  for (;;) {
    const Found found = look_at(directory);
    if (found.life != Life::alive) return true;
    const bool exists =
        found.root_pid > 0 && ::access(("/proc/" + std::to_string(found.root_pid)).c_str(), F_OK) == 0;
    if (exists || Clock::now() > until) return false;
    std::this_thread::sleep_for(step);
  }
}

std::string run_id() {
  std::random_device random;
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string id;
  for (int i = 0; i < 8; ++i) id += letters[random() % letters.size()];
  return id;
}

}  // namespace

fs::path base_directory() {
  if (const char* given = std::getenv("NINELIVES_DIR"); given && *given) return fs::absolute(given);
  return "/dev/shm/ninelives-" + std::to_string(::getuid());
}

Result<std::vector<LiveNode>> live_nodes() {
  auto directories = node_directories();
  if (!directories) return std::unexpected(directories.error());
  std::vector<LiveNode> nodes;
  for (const auto& directory : *directories) {
    const Found found = look_at(directory);
    if (found.life == Life::alive) nodes.push_back({name_of(directory), directory, found.root_pid});
  }
  return nodes;
}

Result<LiveNode> find_node(std::string_view name) {
  auto live = live_nodes();
  if (!live) return std::unexpected(live.error());
  std::vector<LiveNode>& nodes = *live;
  std::string names;
  for (auto& node : nodes) {
    if (node.name == name) return std::move(node);
    names += (names.empty() ? "" : ", ") + node.name;
  }
  if (nodes.empty()) return fault("no node is running: start one with `ninelives run TREE.toml`");
  if (!name.empty()) return fault("no node \"" + std::string(name) + "\" is running; these are: " + names);
  if (nodes.size() > 1) return fault("several nodes are running, say which one: " + names);
  return std::move(nodes.front());
}

Result<UniqueFd> NodeHome::lock_registry() {
  const fs::path base = base_directory();
  std::error_code error;
  fs::create_directories(base.parent_path(), error);
  if (::mkdir(base.c_str(), 0700) != 0 && errno != EEXIST) return os_error("cannot create " + base.string());
  UniqueFd registry(::open((base / ".registry").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!registry || ::flock(registry.get(), LOCK_EX) != 0) return os_error("cannot lock " + base.string());
  return registry;
}

Result<std::vector<fs::path>> NodeHome::dead_nodes(std::string_view name) {
  auto directories = node_directories();
  if (!directories) return std::unexpected(directories.error());
  std::vector<fs::path> dead;
  for (const auto& directory : *directories) {
    const Found found = look_at(directory);
    const bool clashes = found.life == Life::alive && name_of(directory) == name;
    if (clashes && !dies_soon(directory)) {
      return fault("node \"" + std::string(name) + "\" is running already, as process " +
                   std::to_string(found.root_pid) +
                   ": stop it with `ninelives stop`, or give this one another name");
    }
    if (found.life == Life::dead || clashes) dead.push_back(directory);
  }
  return dead;
}

Result<NodeHome> NodeHome::make(std::string_view name) {
  const fs::path directory = base_directory() / (std::string(name) + "." + run_id());
  if (::mkdir(directory.c_str(), 0700) != 0) return os_error("cannot create " + directory.string());
  UniqueFd lock(::open((directory / NodeFiles::lock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  // Waits: somebody who looks around may hold it for a moment.
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) return os_error("cannot lock " + directory.string());
  const std::string pid = std::to_string(::getpid());
  if (::write(lock.get(), pid.data(), pid.size()) < 0)
    return os_error("cannot write to " + directory.string());
  auto files = NodeFiles::open(directory);
  if (!files) return std::unexpected(files.error());
  return NodeHome(std::move(*files), std::move(lock));
}

void NodeHome::remove() {
  std::error_code ignored;
  fs::remove_all(files_.path(), ignored);
}

}  // namespace ninelives::ipc
