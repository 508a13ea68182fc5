// Descriptors that close themselves, and whole reads and writes on them. All close-on-exec.
#pragma once
#include <cstddef>
#include <span>
#include <unistd.h>
#include <utility>

namespace ninelives::bench {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Fd() { close(); }

  int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

struct Pipe {
  Fd read_end, write_end;
};
Pipe make_pipe();

struct SocketPair {
  Fd here, there;
};
SocketPair make_socket_pair(int type);

void write_all(int fd, std::span<const std::byte> bytes);
// False: the other side has closed before all of it had come.
[[nodiscard]] bool read_all(int fd, std::span<std::byte> bytes);

// One byte that says "go on"; the value means nothing.
void send_signal_byte(int fd);
void await_signal_byte(int fd);

}  // namespace ninelives::bench
