#include "ipc/registry_file.hpp"

#include <bit>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

RegistryLine first_line(std::uint32_t buckets) {
  const std::size_t bytes = page_bytes + registry_chains * std::size_t{buckets} * sizeof(RegistryBucket);
  return static_cast<RegistryLine>(round_up(bytes, line_bytes) / line_bytes);
}

bool is_what_it_says(const RegistryHeader& header, const RegistryFileName& name, std::size_t bytes) {
  return header.magic == magic && header.version == layout_version && header.slot == name.owner.slot &&
         header.owner_inc == name.owner.owner_inc && header.life == name.life &&
         header.number == name.number && std::has_single_bit(header.buckets) &&
         std::size_t{header.lines} * line_bytes == bytes && first_line(header.buckets) <= header.lines;
}

// Of the files of that life the highest number.
std::optional<std::uint32_t> youngest(const NodeFiles& files, const Owner& owner, Incarnation life) {
  std::optional<std::uint32_t> found;
  std::error_code error;
  for (std::filesystem::directory_iterator file(files.path() / NodeFiles::registry(owner), error), end;
       !error && file != end; file.increment(error)) {
    const auto name = NodeFiles::parse_registry_file(file->path().filename().string());
    if (name && name->first == life && (!found || name->second > *found)) found = name->second;
  }
  return found;
}

}  // namespace

RegistryFile::RegistryFile(const RegistryFileName& name, Mapping mapping, UniqueFd unnamed)
    : name_(name),
      mapping_(std::move(mapping)),
      unnamed_(std::move(unnamed)),
      buckets_(header().buckets),
      first_line_(ipc::first_line(buckets_)),
      lines_(header().lines) {}

Result<RegistryFile> RegistryFile::make(const NodeFiles& files, const RegistryFileName& name,
                                        RegistryKeys keys, std::uint32_t buckets,
                                        RegistryLine lines_for_entries) {
  const std::string directory = NodeFiles::registry(name.owner);
  const std::string place = (files.path() / directory).string();
  if (::mkdirat(files.dir(), directory.c_str(), 0700) != 0 && errno != EEXIST)
    return os_error("cannot create " + place);
  UniqueFd fd(::openat(files.dir(), directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return os_error("cannot make a table in " + place);
  const RegistryLine lines = ipc::first_line(buckets) + lines_for_entries;
  const auto bytes = static_cast<off_t>(std::size_t{lines} * line_bytes);
  if (::ftruncate(fd.get(), bytes) != 0 || ::fallocate(fd.get(), 0, 0, bytes) != 0)
    return os_error("cannot make room for a table in " + place);
  auto mapping = Mapping::map(fd.get(), Access::write, 0, static_cast<std::size_t>(bytes));
  if (!mapping) return std::unexpected(mapping.error());
  auto& header = *mapping->as<RegistryHeader>();
  header.version = layout_version;
  header.keys = keys;
  header.slot = name.owner.slot;
  header.owner_inc = name.owner.owner_inc;
  header.life = name.life;
  header.number = name.number;
  header.buckets = buckets;
  header.lines = lines;
  header.magic = magic;
  return RegistryFile(name, std::move(*mapping), std::move(fd));
}

Result<void> RegistryFile::give_name(const NodeFiles& files) {
  const std::string unnamed = "/proc/self/fd/" + std::to_string(unnamed_.get());
  const std::string path = name_.path();
  if (::linkat(AT_FDCWD, unnamed.c_str(), files.dir(), path.c_str(), AT_SYMLINK_FOLLOW) != 0)
    return os_error("cannot name the table " + (files.path() / path).string());
  unnamed_.reset();
  return {};
}

Result<RegistryFile> RegistryFile::open(const NodeFiles& files, const RegistryFileName& name) {
  const std::string path = name.path();
  auto fd = files.open_file(path, O_RDONLY);
  if (!fd) return std::unexpected(fd.error());
  struct stat found{};
  if (::fstat(fd->get(), &found) != 0) return os_error("cannot stat " + (files.path() / path).string());
  const auto bytes = static_cast<std::size_t>(found.st_size);
  const bool has_memory = static_cast<std::size_t>(found.st_blocks) * S_BLKSIZE >= bytes;
  if (bytes < page_bytes || !has_memory)
    return fault("the table " + (files.path() / path).string() + " is incomplete");
  auto mapping = Mapping::map(fd->get(), Access::read, 0, bytes);
  if (!mapping) return std::unexpected(mapping.error());
  if (!is_what_it_says(*mapping->as<RegistryHeader>(), name, bytes))
    return fault("the table " + (files.path() / path).string() + " is not what its name says");
  return RegistryFile(name, std::move(*mapping), UniqueFd());
}

// While one looks for it, it may be replaced by a larger one, and that again.
Result<RegistryFile> RegistryFile::open_youngest(const NodeFiles& files, const Owner& owner,
                                                 Incarnation life) {
  constexpr int attempts = 8;
  const std::string in = (files.path() / NodeFiles::registry(owner)).string();
  auto found = Result<RegistryFile>(os_error("there is no table in " + in, ENOENT));
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const auto number = youngest(files, owner, life);
    if (!number) continue;
    found = open(files, {owner, life, *number});
    if (found || found.error().number != ENOENT) break;
  }
  return found;
}

void remove_registry_files(const NodeFiles& files, const Owner& owner, Incarnation kept) {
  std::error_code error;
  for (std::filesystem::directory_iterator file(files.path() / NodeFiles::registry(owner), error), end;
       !error && file != end; file.increment(error)) {
    const auto name = NodeFiles::parse_registry_file(file->path().filename().string());
    if (!name || name->first == kept) continue;
    ::unlinkat(files.dir(), RegistryFileName{owner, name->first, name->second}.path().c_str(), 0);
  }
}

}  // namespace ninelives::ipc
