#include "ipc/arena.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

// More than this is given back to the system when nothing lies in the arena.
constexpr std::uint64_t kept_bytes = 4 * 1024 * 1024;

// Memory is taken in pieces of this size: one system call for many small payloads.
constexpr std::uint64_t populated_at_once = 256 * 1024;

}  // namespace

Result<ArenaWriter> ArenaWriter::make(const NodeFiles& files, const ArenaName& name, const Owner& to) {
  const std::string file = NodeFiles::arena(name.from, name.life, to);
  const UniqueFd fd(::openat(files.dir(), file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return os_error("cannot create " + (files.path() / file).string());
  if (::ftruncate(fd.get(), arena_bytes) != 0)
    return os_error("cannot make room for " + (files.path() / file).string());
  auto mapping = Mapping::map(fd.get(), Access::write, 0, arena_bytes);
  if (!mapping) return std::unexpected(mapping.error());
  return ArenaWriter(std::move(*mapping));
}

// An empty arena begins at its beginning again: memory that was used lately is in the cache. Otherwise behind
// the youngest part, or, where that would be beyond the end, before the oldest.
std::optional<std::uint64_t> ArenaWriter::place_for(std::uint64_t bytes) const {
  if (taken_.empty()) return bytes <= arena_bytes ? std::optional<std::uint64_t>(0) : std::nullopt;
  const std::uint64_t oldest = taken_.front().begin;
  const std::uint64_t youngest = taken_.back().end;
  if (youngest > oldest) {
    if (bytes <= arena_bytes - youngest) return youngest;
    return bytes <= oldest ? std::optional<std::uint64_t>(0) : std::nullopt;
  }
  return bytes <= oldest - youngest ? std::optional(youngest) : std::nullopt;
}

std::expected<ArenaPart, RingWriter::Refusal> ArenaWriter::find_room(std::size_t bytes) {
  const std::uint64_t rounded = round_up(bytes, line_bytes);
  const auto offset = place_for(rounded);
  if (!offset) return std::unexpected(RingWriter::Refusal::full);
  if (*offset + rounded > populated_) {
    const std::uint64_t end =
        std::min<std::uint64_t>(round_up(*offset + rounded, populated_at_once), arena_bytes);
    if (!populate(mapping_.as<std::byte>(populated_), end - populated_))
      return std::unexpected(RingWriter::Refusal::no_space);
    populated_ = end;
  }
  return ArenaPart{*offset, bytes};
}

void ArenaWriter::commit(const ArenaPart& part, std::uint64_t position) {
  taken_.push_back({position, part.offset, part.offset + round_up(part.bytes, line_bytes)});
}

void ArenaWriter::released(std::uint64_t position) {
  while (!taken_.empty() && taken_.front().position < position) taken_.pop_front();
  if (taken_.empty() && populated_ > kept_bytes) give_back_memory();
}

void ArenaWriter::give_back_memory() {
  if (!unpopulate(mapping_.as<std::byte>(kept_bytes), populated_ - kept_bytes)) return;
  populated_ = kept_bytes;
}

Result<ArenaReader> ArenaReader::open(const NodeFiles& files, const ArenaName& name, const Owner& to) {
  auto fd = files.open_mappable(NodeFiles::arena(name.from, name.life, to), O_RDONLY, arena_bytes, 0);
  if (!fd) return std::unexpected(fd.error());
  auto mapping = Mapping::map(fd->get(), Access::read, 0, arena_bytes);
  if (!mapping) return std::unexpected(mapping.error());
  return ArenaReader(name.life, std::move(*mapping));
}

// A sender that scribbles over its ring must not lead its receiver where there is no memory: on a full tmpfs
// that is a SIGBUS.
std::optional<std::string_view> ArenaReader::at(const ArenaPart& part) {
  if (part.bytes > arena_bytes || part.offset > arena_bytes - part.bytes) return std::nullopt;
  const std::uint64_t end = part.offset + part.bytes;
  if (end > readable_) {
    const std::uint64_t begin = std::min(readable_, part.offset);
    if (!make_readable(mapping_.as<std::byte>(begin), end - begin)) return std::nullopt;
    if (part.offset <= readable_) readable_ = std::min(end, kept_bytes);
  }
  return std::string_view(mapping_.as<char>(part.offset), part.bytes);
}

void remove_arenas(const NodeFiles& files, const Owner& from, const Owner& to, Incarnation kept) {
  std::error_code error;
  for (std::filesystem::directory_iterator file(files.path() / NodeFiles::inbox(to), error), end;
       !error && file != end; file.increment(error)) {
    const std::string name = file->path().filename().string();
    const auto arena = NodeFiles::parse_arena(name);
    if (!arena || arena->first != from || arena->second == kept) continue;
    ::unlinkat(files.dir(), NodeFiles::arena(from, arena->second, to).c_str(), 0);
  }
}

}  // namespace ninelives::ipc
