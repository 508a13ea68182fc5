// Payloads that say whose they are, small or too large for a ring, and that nobody takes for whole when they
// are not.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "ipc/layout.hpp"

namespace ninelives::test::stepkill {

enum class Size { small, large };

// Quick, because victims make and compare such texts within what is measured.
inline std::string text_of(std::string text, Size size) {
  constexpr std::size_t letters = 26;
  static const std::string pattern = [] {
    std::string made(ipc::inline_max + 1000, '\0');
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>('a' + (i + i / 256) % letters);
    return made;
  }();
  if (size == Size::small) return text;
  const std::size_t from = std::hash<std::string>()(text) % letters;
  text += '|';
  return text.append(pattern, from, std::string::npos);
}

inline std::string small_part(std::string_view text) { return std::string(text.substr(0, text.find('|'))); }

}  // namespace ninelives::test::stepkill
