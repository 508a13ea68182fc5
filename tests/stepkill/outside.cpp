#include "tests/stepkill/outside.hpp"

#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "ipc/unique_fd.hpp"

namespace ninelives::test::stepkill {

Outside::Outside(pid_t process, std::filesystem::path node, std::function<std::size_t()> notes)
    : process_(process), node_(std::move(node)), notes_(std::move(notes)), notes_seen_(notes_()) {
  map_anew();
}

bool Outside::has_changed(bool by_system_call) {
  if (by_system_call) map_anew();
  const bool changed = notice_changes();
  return by_system_call || is_blind_ || changed;
}

// Only a system call makes or grows a file or a mapping.
void Outside::map_anew() {
  parts_.clear();
  is_blind_ = false;
  std::set<std::string> files;
  std::ifstream maps("/proc/" + std::to_string(process_) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    const auto path = line.find(node_.string() + '/');
    if (path == std::string::npos || !line.contains(" rw-s ")) continue;
    std::istringstream words(line);
    std::string word;
    for (int column = 0; column < 4; ++column) words >> word;
    std::uint64_t inode = 0;
    words >> inode;
    files.insert(name_of(line.substr(path), inode));
  }
  files.erase("");
  for (const std::string& file : files) map_parts_of(file);
}

// A file that is made without a name keeps a number for one in a mapping, also when it has got one since.
// Before that nobody else can see it, and its name is empty here.
std::string Outside::name_of(const std::string& mapped_file, std::uint64_t inode) const {
  if (!std::filesystem::path(mapped_file).filename().string().starts_with('#')) return mapped_file;
  for (const auto& file : std::filesystem::recursive_directory_iterator(node_)) {
    struct stat found{};
    if (::stat(file.path().c_str(), &found) == 0 && found.st_ino == inode) return file.path().string();
  }
  return {};
}

// What has memory behind it: to read a hole would give it some, and change what is observed.
void Outside::map_parts_of(const std::string& file) {
  const ipc::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    is_blind_ = true;
    return;
  }
  for (off_t from = ::lseek(fd.get(), 0, SEEK_DATA); from >= 0;) {
    const off_t to = ::lseek(fd.get(), from, SEEK_HOLE);
    const auto bytes = static_cast<std::size_t>(to - from);
    auto mapping = ipc::Mapping::map(fd.get(), ipc::Access::read, static_cast<std::size_t>(from), bytes);
    if (mapping) {
      const auto* begin = mapping->as<const std::byte>();
      std::vector<std::byte> seen(begin, begin + bytes);
      parts_.push_back({std::move(*mapping), std::move(seen)});
    } else {
      is_blind_ = true;
    }
    from = ::lseek(fd.get(), to, SEEK_DATA);
  }
}

bool Outside::notice_changes() {
  const std::size_t notes = notes_();
  bool changed = std::exchange(notes_seen_, notes) != notes;
  for (Part& part : parts_) {
    const auto* now = part.mapping.as<const std::byte>();
    if (std::memcmp(now, part.seen.data(), part.seen.size()) == 0) continue;
    std::memcpy(part.seen.data(), now, part.seen.size());
    changed = true;
  }
  return changed;
}

}  // namespace ninelives::test::stepkill
