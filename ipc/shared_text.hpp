// A text in shared memory that may be written over while it is read, between two loads of a word that says
// whether it was. Byte by byte atomic, since a plain copy would be a data race whatever is done with it
// afterwards.
#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "ipc/atomic.hpp"

namespace ninelives::ipc {

template <std::size_t n>
using SharedText = std::array<Atomic<char>, n>;

// As much of it as there is room for, and zeros behind it.
template <std::size_t n>
void store_text(SharedText<n>& to, std::string_view text) {
  const std::size_t length = std::min(text.size(), n - 1);
  for (std::size_t i = 0; i < n; ++i) to[i].store(i < length ? text[i] : '\0', std::memory_order::relaxed);
}

template <std::size_t n>
std::string load_text(const SharedText<n>& from) {
  std::string text;
  for (const Atomic<char>& byte : from) {
    const char c = byte.load(std::memory_order::relaxed);
    if (c == '\0') break;
    text += c;
  }
  return text;
}

}  // namespace ninelives::ipc
