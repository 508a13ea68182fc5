#include "ipc/blob.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ninelives::ipc {
namespace {

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<void> write_blob(const NodeFiles& files, const BlobName& name, const Owner& to,
                        std::string_view payload) {
  const std::string inbox = NodeFiles::inbox(to);
  const UniqueFd fd(::openat(files.dir(), inbox.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return os_error("cannot make a file in " + (files.path() / inbox).string());
  if (!write_all(fd.get(), payload))
    return os_error("no room for a large message in " + files.path().string());
  const std::string unnamed = "/proc/self/fd/" + std::to_string(fd.get());
  const std::string named = NodeFiles::blob(name.from, to, name.position);
  ::unlinkat(files.dir(), named.c_str(), 0);  // an earlier life's, that was never committed
  if (::linkat(AT_FDCWD, unnamed.c_str(), files.dir(), named.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return os_error("cannot name " + (files.path() / named).string());
  }
  return {};
}

Result<void> read_blob(const NodeFiles& files, const BlobName& name, const Owner& to, std::size_t bytes,
                       std::string& payload) {
  auto fd = files.open_file(NodeFiles::blob(name.from, to, name.position), O_RDONLY);
  if (!fd) return std::unexpected(fd.error());
  struct stat found{};
  if (::fstat(fd->get(), &found) != 0 || static_cast<std::size_t>(found.st_size) != bytes) {
    return fault("a large message has not the length that its record says");
  }
  std::size_t read = 0;
  payload.resize_and_overwrite(bytes, [&](char* buffer, std::size_t size) {
    while (read < size) {
      const ssize_t got = ::pread(fd->get(), buffer + read, size - read, static_cast<off_t>(read));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      read += static_cast<std::size_t>(got);
    }
    return read;
  });
  if (read != bytes) return fault("a large message was cut short while it was read");
  return {};
}

void remove_blob(const NodeFiles& files, const BlobName& name, const Owner& to) {
  ::unlinkat(files.dir(), NodeFiles::blob(name.from, to, name.position).c_str(), 0);
}

}  // namespace ninelives::ipc
