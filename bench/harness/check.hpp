// Failed system calls become exceptions: whatever fails while a row is measured ends that row alone, which
// then shows the text instead of a figure.
#pragma once
#include <cerrno>
#include <string>
#include <system_error>

namespace ninelives::bench {

// Returns what the call returned, unless it is negative.
template <class T>
T check(T result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace ninelives::bench
