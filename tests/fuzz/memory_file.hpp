// A file without a name, and a ring in one: nothing is left of them, however the process ends.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/layout.hpp"
#include "ipc/mapping.hpp"
#include "ipc/unique_fd.hpp"

namespace ninelives::fuzz {

class MemoryFile {
 public:
  MemoryFile() : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (!fd_) throw std::runtime_error("memfd_create");
  }
  // Zeros again, and of that size: what lies beyond is a SIGBUS.
  void clear(std::size_t bytes) {
    resize(0);
    resize(bytes);
  }
  void write(std::string_view bytes) {
    clear(0);
    if (::pwrite(fd_.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("pwrite");
    }
  }
  ipc::Mapping map(ipc::Access access, std::size_t bytes) const {
    return ipc::Mapping::map(fd_.get(), access, 0, bytes).value();
  }
  // By which others may open it, too.
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  void resize(std::size_t bytes) {
    if (::ftruncate(fd_.get(), static_cast<off_t>(bytes)) != 0) throw std::runtime_error("ftruncate");
  }

  ipc::UniqueFd fd_;
};

}  // namespace ninelives::fuzz
