// Splitting of lines into words.
#pragma once
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace ninelives::conformance {

inline std::vector<std::string> split(std::string_view text, std::string_view by) {
  std::vector<std::string> parts;
  for (const auto part : text | std::views::split(by)) parts.emplace_back(part.begin(), part.end());
  return parts;
}

inline std::string join(const std::vector<std::string>& parts, std::string_view by) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += by;
    text += part;
  }
  return text;
}

}  // namespace ninelives::conformance
