#include "ipc/node_files.hpp"

#include <charconv>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

constexpr std::size_t stat_block =
    512;  // st_blocks counts in these, whatever the file system's block size: stat(2)

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string to_string(const Owner& owner) {
  return std::to_string(owner.slot) + "." + std::to_string(owner.owner_inc);
}

std::optional<Owner> parse_owner(std::string_view file_name) {
  auto dot = file_name.find('.');
  Owner owner;
  if (dot == std::string_view::npos || !parse_number(file_name.substr(0, dot), owner.slot) ||
      !parse_number(file_name.substr(dot + 1), owner.owner_inc) || owner.slot >= slots_max) {
    return std::nullopt;
  }
  return owner;
}

std::optional<std::pair<Owner, Incarnation>> NodeFiles::parse_arena(std::string_view file_name) {
  constexpr std::string_view ending = ".arena";
  if (!file_name.ends_with(ending)) return std::nullopt;
  file_name.remove_suffix(ending.size());
  const auto dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto from = parse_owner(file_name.substr(0, dot));
  Incarnation life = 0;
  if (!from || !parse_number(file_name.substr(dot + 1), life)) return std::nullopt;
  return std::pair(*from, life);
}

std::optional<std::pair<Incarnation, std::uint32_t>> NodeFiles::parse_registry_file(
    std::string_view file_name) {
  const auto dot = file_name.find('.');
  std::pair<Incarnation, std::uint32_t> name;
  if (dot == std::string_view::npos || !parse_number(file_name.substr(0, dot), name.first) ||
      !parse_number(file_name.substr(dot + 1), name.second)) {
    return std::nullopt;
  }
  return name;
}

Result<NodeFiles> NodeFiles::open(const std::filesystem::path& directory) {
  UniqueFd dir(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!dir) return os_error("cannot open the node's directory " + directory.string());
  return NodeFiles(directory, std::move(dir));
}

Result<UniqueFd> NodeFiles::open_file(const std::string& name, int flags) const {
  UniqueFd fd(::openat(dir_.get(), name.c_str(), flags | O_CLOEXEC));
  if (!fd) return os_error("cannot open " + (path_ / name).string());
  return fd;
}

Result<UniqueFd> NodeFiles::open_mappable(const std::string& name, int flags, std::size_t bytes,
                                          std::size_t allocated) const {
  auto fd = open_file(name, flags);
  if (!fd) return fd;
  struct stat found{};
  if (::fstat(fd->get(), &found) != 0) return os_error("cannot stat " + (path_ / name).string());
  if (static_cast<std::size_t>(found.st_size) < bytes ||
      static_cast<std::size_t>(found.st_blocks) * stat_block < allocated) {
    return fault((path_ / name).string() + " is incomplete: it is no file of this version of ninelives");
  }
  return fd;
}

Result<void> create_box(const NodeFiles& files, const Owner& owner) {
  const std::string name = NodeFiles::box(owner);
  UniqueFd fd(::openat(files.dir(), name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return os_error("cannot create " + (files.path() / name).string());
  if (::ftruncate(fd.get(), sizeof(Box)) != 0 || ::fallocate(fd.get(), 0, 0, entries_offset) != 0) {
    return os_error("cannot make room for " + (files.path() / name).string());
  }
  const std::string inbox = NodeFiles::inbox(owner);
  if (::mkdirat(files.dir(), inbox.c_str(), 0700) != 0 && errno != EEXIST) {
    return os_error("cannot create " + (files.path() / inbox).string());
  }
  const std::string door = NodeFiles::door(owner);
  if (::mkfifoat(files.dir(), door.c_str(), 0600) != 0 && errno != EEXIST) {
    return os_error("cannot create " + (files.path() / door).string());
  }
  return {};
}

void remove_box(const NodeFiles& files, const Owner& owner) {
  std::error_code ignored;
  for (const auto& name :
       {NodeFiles::inbox(owner), NodeFiles::box(owner), NodeFiles::door(owner), NodeFiles::registry(owner)}) {
    std::filesystem::remove_all(files.path() / name, ignored);
  }
}

}  // namespace ninelives::ipc
