// A piece of a file of the node in this process's memory. Owns the mapping; the file descriptor may be closed
// at once. Never inherited by a forked child, nor in a core dump: core(5) leaves shared files out.
#pragma once
#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>

#include "ipc/error.hpp"

namespace ninelives::ipc {

enum class Access { read, write };

class Mapping {
 public:
  Mapping() = default;

  // `offset` is a multiple of the page size. The range must have memory behind it before it is touched: even
  // a read of a tmpfs hole allocates, and on a full tmpfs it is a SIGBUS.
  static Result<Mapping> map(int fd, Access access, std::size_t offset, std::size_t bytes);

  template <class T>
  T* as(std::size_t offset = 0) const {
    return reinterpret_cast<T*>(static_cast<std::byte*>(region_.get_address()) + offset);
  }
  std::size_t size() const { return region_.get_size(); }
  explicit operator bool() const { return region_.get_size() != 0; }

 private:
  explicit Mapping(boost::interprocess::mapped_region region) : region_(std::move(region)) {}

  boost::interprocess::mapped_region region_;
};

// Gives [address, address + bytes) of a writable shared mapping memory, without touching what is there.
// madvise(2), MADV_POPULATE_WRITE: EFAULT where a write would be a SIGBUS, that is, when tmpfs is full.
bool populate(void* address, std::size_t bytes);

// Gives the memory of [address, address + bytes) back; it reads as zeros from then on. MADV_REMOVE. False:
// it could not be done, and nothing has changed.
bool unpopulate(void* address, std::size_t bytes);

// The same as populate() for reading: for ranges that another process says have memory, which it may say
// wrongly. After it has returned true a read is no SIGBUS, unless the file is truncated. MADV_POPULATE_READ.
bool make_readable(const void* address, std::size_t bytes);

}  // namespace ninelives::ipc
