#include "ipc/mapping.hpp"

#include <boost/interprocess/exceptions.hpp>
#include <sys/mman.h>

#include "ipc/layout.hpp"
#include "ipc/poison.hpp"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22  // both since Linux 5.14, and known to glibc 2.36
#define MADV_POPULATE_WRITE 23
#endif

namespace ninelives::ipc {
namespace {

// mapped_region maps anything that can name a file handle; file_mapping itself opens by path only, and a ring
// is still without a name when it is first mapped.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  auto get_mapping_handle() const {
    return boost::interprocess::ipcdetail::mapping_handle_from_file_handle(fd_);
  }

 private:
  int fd_;
};

}  // namespace

Result<Mapping> Mapping::map(int fd, Access access, std::size_t offset, std::size_t bytes) {
  poison_forked_children();
  try {
    auto mode = access == Access::write ? boost::interprocess::read_write : boost::interprocess::read_only;
    Mapping mapping(boost::interprocess::mapped_region(
        OpenFile(fd), mode, static_cast<boost::interprocess::offset_t>(offset), bytes));
    void* address = mapping.region_.get_address();
    ::madvise(address, bytes, MADV_DONTFORK);
    return mapping;
  } catch (const boost::interprocess::interprocess_exception& refused) {
    return os_error("cannot map shared memory", refused.get_native_error());
  }
}

bool populate(void* address, std::size_t bytes) {
  return ::madvise(address, bytes, MADV_POPULATE_WRITE) == 0;
}

bool unpopulate(void* address, std::size_t bytes) { return ::madvise(address, bytes, MADV_REMOVE) == 0; }

bool make_readable(const void* address, std::size_t bytes) {
  const auto number = reinterpret_cast<std::uintptr_t>(address);
  const std::uintptr_t first = number / page_bytes * page_bytes;
  return ::madvise(reinterpret_cast<void*>(first), number + bytes - first, MADV_POPULATE_READ) == 0;
}

}  // namespace ninelives::ipc
