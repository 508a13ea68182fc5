#include "ipc/ring_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

constexpr std::size_t first_allocated = 2 * page_bytes;  // the header and the first page of data

Result<Mapping> checked(Mapping mapping, const Owner& from, const Owner& to, const std::string& name) {
  const auto& header = *mapping.as<RingHeader>();
  const bool agrees = header.magic == magic && header.version == layout_version &&
                      header.capacity == ring_capacity && Owner{header.from, header.from_owner} == from &&
                      Owner{header.to, header.to_owner} == to;
  if (!agrees) return fault("the ring " + name + " is not what its name says");
  return mapping;
}

Result<Mapping> open_named(const NodeFiles& files, const Owner& from, const Owner& to, Access access) {
  const std::string name = NodeFiles::ring(from, to);
  auto fd =
      files.open_mappable(name, access == Access::write ? O_RDWR : O_RDONLY, sizeof(Ring), first_allocated);
  if (!fd) return std::unexpected(fd.error());
  auto mapping = Mapping::map(fd->get(), access, 0, sizeof(Ring));
  if (!mapping) return mapping;
  return checked(std::move(*mapping), from, to, name);
}

void fill_header(RingHeader& header, const Owner& from, const Owner& to, Incarnation me) {
  header.version = layout_version;
  header.capacity = ring_capacity;
  header.from = from.slot;
  header.from_owner = from.owner_inc;
  header.to = to.slot;
  header.to_owner = to.owner_inc;
  header.ring_id = me;
  header.magic = magic;
}

// Only an earlier life's ring: a life that has been refused is not served again by making another one.
bool is_refused(const Mapping& ring, const Entry& entry, Incarnation me) {
  const std::uint64_t ring_id = ring.as<RingHeader>()->ring_id;
  return ring_id != me && entry.ring_id.load(std::memory_order::acquire) == ring_id &&
         entry.cursor.load(std::memory_order::acquire) == cursor_closed;
}

Result<Mapping> make_ring(const NodeFiles& files, const Owner& from, const Owner& to, Incarnation me) {
  const std::string inbox = NodeFiles::inbox(to);
  UniqueFd fd(::openat(files.dir(), inbox.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return os_error("cannot make a ring in " + (files.path() / inbox).string());
  if (::ftruncate(fd.get(), sizeof(Ring)) != 0 || ::fallocate(fd.get(), 0, 0, first_allocated) != 0) {
    return os_error("cannot make room for a ring in " + (files.path() / inbox).string());
  }
  auto mapping = Mapping::map(fd.get(), Access::write, 0, sizeof(Ring));
  if (!mapping) return mapping;
  fill_header(*mapping->as<RingHeader>(), from, to, me);
  // The file gets its name when it is whole; a maker that is killed before leaves nothing. open(2),
  // O_TMPFILE.
  const std::string unnamed = "/proc/self/fd/" + std::to_string(fd.get());
  const std::string name = NodeFiles::ring(from, to);
  if (::linkat(AT_FDCWD, unnamed.c_str(), files.dir(), name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return os_error("cannot name the ring " + (files.path() / name).string());
  }
  return mapping;
}

}  // namespace

Result<Mapping> open_ring(const NodeFiles& files, const Owner& from, const Owner& to) {
  return open_named(files, from, to, Access::read);
}

Result<Mapping> make_or_adopt_ring(const NodeFiles& files, const Owner& from, const Owner& to, Incarnation me,
                                   const Entry& entry) {
  // A first life has no former one whose ring it could find; but it may have got this far before.
  const bool is_first_life = me == from.owner_inc;
  if (is_first_life) {
    auto made = make_ring(files, from, to, me);
    if (made || made.error().number != EEXIST) return made;
  }
  auto adopted = open_named(files, from, to, Access::write);
  if (adopted && !is_refused(*adopted, entry, me)) return adopted;
  const bool scribbled = adopted || adopted.error().number == 0;
  if (!scribbled && adopted.error().number != ENOENT) return adopted;
  const std::string name = NodeFiles::ring(from, to);
  if (scribbled) ::unlinkat(files.dir(), name.c_str(), 0);
  return make_ring(files, from, to, me);
}

}  // namespace ninelives::ipc
