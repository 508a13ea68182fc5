#include "bench/harness/fd.hpp"

#include <array>
#include <fcntl.h>
#include <stdexcept>
#include <sys/socket.h>

#include "bench/harness/check.hpp"

namespace ninelives::bench {

Pipe make_pipe() {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
  return {Fd(ends[0]), Fd(ends[1])};
}

SocketPair make_socket_pair(int type) {
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  return {Fd(ends[0]), Fd(ends[1])};
}

void write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = check(::write(fd, bytes.data(), bytes.size()), "write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

bool read_all(int fd, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto got = check(::read(fd, bytes.data(), bytes.size()), "read");
    if (got == 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

void send_signal_byte(int fd) {
  const std::byte one{1};
  write_all(fd, {&one, 1});
}

void await_signal_byte(int fd) {
  std::byte one{};
  if (!read_all(fd, {&one, 1})) throw std::runtime_error("the other process has ended");
}

}  // namespace ninelives::bench
