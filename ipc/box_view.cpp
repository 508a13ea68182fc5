#include "ipc/box_view.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

Result<void> allocate(int fd, const NodeFiles& files, const Owner& box, Slot sender) {
  const std::size_t offset = entries_offset + sender / entries_per_page * page_bytes;
  if (::fallocate(fd, 0, static_cast<off_t>(offset), page_bytes) != 0) {
    return os_error("cannot make room in " + (files.path() / NodeFiles::box(box)).string());
  }
  return {};
}

}  // namespace

Result<BoxView> BoxView::open(const NodeFiles& files, const Owner& owner) {
  auto fd = files.open_mappable(NodeFiles::box(owner), O_RDWR, sizeof(Box), entries_offset);
  if (!fd) return std::unexpected(fd.error());
  return map(fd->get(), owner);
}

Result<BoxView> BoxView::open_for(Slot sender, const NodeFiles& files, const Owner& owner) {
  auto fd = files.open_mappable(NodeFiles::box(owner), O_RDWR, sizeof(Box), entries_offset);
  if (!fd) return std::unexpected(fd.error());
  if (auto allocated = allocate(fd->get(), files, owner, sender); !allocated) {
    return std::unexpected(allocated.error());
  }
  return map(fd->get(), owner);
}

Result<BoxView> BoxView::map(int fd, const Owner& owner) {
  auto bell = Mapping::map(fd, Access::write, bell_offset, sizeof(Bell));
  if (!bell) return std::unexpected(bell.error());
  auto rest = Mapping::map(fd, Access::read, status_offset, sizeof(Box) - status_offset);
  if (!rest) return std::unexpected(rest.error());
  return BoxView(owner, std::move(*bell), std::move(*rest));
}

bool BoxView::ring(const NodeFiles& files) {
  const Woken woken = wake(bell());
  if (woken != Woken::still_parked) return woken == Woken::sleeper;
  if (!door_) {
    // Opened for both ways, so that the FIFO always has a reader: no SIGPIPE, no ENXIO. fifo(7).
    auto opened = files.open_file(NodeFiles::door(owner_), O_RDWR | O_NONBLOCK);
    if (!opened) return false;  // its box is being removed: nobody sleeps there any more
    door_ = std::move(*opened);
  }
  // EAGAIN is fine: a door that is full of knocks is readable.
  [[maybe_unused]] auto written = ::write(door_.get(), "", 1);
  return true;
}

Result<void> allocate_entry(const NodeFiles& files, const Owner& box, Slot sender) {
  auto fd = files.open_file(NodeFiles::box(box), O_RDWR);
  if (!fd) return std::unexpected(fd.error());
  return allocate(fd->get(), files, box, sender);
}

}  // namespace ninelives::ipc
