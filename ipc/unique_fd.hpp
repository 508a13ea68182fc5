// Owns one file descriptor and closes it in the end. Move-only; -1 means none.
#pragma once
#include <unistd.h>
#include <utility>

namespace ninelives::ipc {

class UniqueFd {
 public:
  explicit UniqueFd(int fd = -1) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

  int release() noexcept { return std::exchange(fd_, -1); }
  void reset(int fd = -1) noexcept {
    const int old = std::exchange(fd_, fd);
    if (old >= 0) ::close(old);  // Linux frees the number even when close fails: there is nothing to retry
  }

 private:
  int fd_;
};

}  // namespace ninelives::ipc
