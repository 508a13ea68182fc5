#include "bench/harness/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ninelives::bench {
namespace {

std::string padding(std::string_view text, std::size_t width) {
  auto starts_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; };
  const auto characters = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
  return std::string(width > characters ? width - characters : 0, ' ');
}

}  // namespace

std::string three_digits(double value) {
  const int decimals = value == 0 ? 0 : std::clamp(2 - static_cast<int>(std::floor(std::log10(value))), 0, 3);
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string with_unit(double value, std::string_view unit) {
  if (unit != "ns") return three_digits(value) + ' ' + std::string(unit);
  if (value < 1e3) return three_digits(value) + " ns";
  if (value < 1e6) return three_digits(value / 1e3) + " µs";
  return three_digits(value / 1e6) + " ms";
}

std::string left(std::string_view text, std::size_t width) {
  return std::string(text) + padding(text, width);
}
std::string right(std::string_view text, std::size_t width) {
  return padding(text, width) + std::string(text);
}

}  // namespace ninelives::bench
