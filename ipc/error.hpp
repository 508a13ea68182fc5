// What the operating system or a file of the node refused. One line for people: what was tried, and why it
// failed.
#pragma once
#include <cerrno>
#include <expected>
#include <string>
#include <system_error>

namespace ninelives::ipc {

struct Error {
  std::string text;
  int number = 0;  // errno, or 0 when the operating system is not the one that refused
};

template <class T>
using Result = std::expected<T, Error>;

// Call it at once after the system call: it reads errno.
inline std::unexpected<Error> os_error(std::string what, int number = errno) {
  return std::unexpected(Error{std::move(what) + ": " + std::system_category().message(number), number});
}
inline std::unexpected<Error> fault(std::string what) { return std::unexpected(Error{std::move(what), 0}); }

}  // namespace ninelives::ipc
