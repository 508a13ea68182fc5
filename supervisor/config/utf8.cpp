#include "supervisor/config/utf8.hpp"

#include <algorithm>

namespace ninelives::supervisor {
namespace {

bool is_between(char byte, unsigned lowest, unsigned highest) {
  const auto value = static_cast<unsigned char>(byte);
  return value >= lowest && value <= highest;
}

std::size_t length_by_first_byte(char first) {
  if (is_between(first, 0x00, 0x7f)) return 1;
  if (is_between(first, 0xc2, 0xdf)) return 2;
  if (is_between(first, 0xe0, 0xef)) return 3;
  if (is_between(first, 0xf0, 0xf4)) return 4;
  return 0;
}

// The second byte is what rules out detours, surrogates and code points beyond U+10FFFF.
bool may_be_second(char first, char second) {
  switch (static_cast<unsigned char>(first)) {
    case 0xe0:
      return is_between(second, 0xa0, 0xbf);
    case 0xed:
      return is_between(second, 0x80, 0x9f);
    case 0xf0:
      return is_between(second, 0x90, 0xbf);
    case 0xf4:
      return is_between(second, 0x80, 0x8f);
    default:
      return is_between(second, 0x80, 0xbf);
  }
}

// How many bytes the code point at the beginning has; 0 if there is none.
std::size_t first_code_point(std::string_view text) {
  const auto length = length_by_first_byte(text[0]);
  if (length > text.size()) return 0;
  if (length > 1 && !may_be_second(text[0], text[1])) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_between(text[i], 0x80, 0xbf)) return 0;
  }
  return length;
}

}  // namespace

std::optional<Place> first_invalid_utf8(std::string_view text) {
  Place place;
  while (!text.empty()) {
    const auto length = first_code_point(text);
    if (length == 0) return place;
    place = text[0] == '\n' ? Place{place.line + 1, 1} : Place{place.line, place.column + 1};
    text.remove_prefix(length);
  }
  return std::nullopt;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !is_between(byte, 0x80, 0xbf); }));
}

}  // namespace ninelives::supervisor
