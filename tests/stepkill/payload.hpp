// Payloads that say whose they are, small or too large for a ring, and that nobody takes for whole when they
// are not.
#pragma once
#include <functional>
#include <string>

#include "ipc/layout.hpp"

namespace ninelives::test::stepkill {

enum class Size { small, large };

inline std::string text_of(std::string text, Size size) {
  if (size == Size::small) return text;
  const std::size_t seed = std::hash<std::string>()(text);
  text += '|';
  while (text.size() < ipc::inline_max + 1000)
    text += static_cast<char>('a' + (seed + text.size() + text.size() / 256) % 26);
  return text;
}

inline std::string small_part(const std::string& text) { return text.substr(0, text.find('|')); }

}  // namespace ninelives::test::stepkill
