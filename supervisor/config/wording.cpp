#include "supervisor/config/wording.hpp"

#include <algorithm>

namespace ninelives::supervisor {

std::string in_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_control(c)) {
      out += escaped_control(c);
    } else {
      out += c;
    }
  }
  return out;
}

std::string shown(const std::filesystem::path& path) {
  constexpr std::string_view shell_takes_apart = " \"'\\$`!*?[](){}<>|&;#~";
  const auto& text = path.native();
  const auto needs_quotes = [&](char c) { return is_control(c) || shell_takes_apart.contains(c); };
  if (std::ranges::none_of(text, needs_quotes)) return text;
  std::string out = "'";
  for (const char c : in_one_line(text)) {
    // Nothing is special between single quotes but the closing one.
    if (c == '\'') {
      out += R"('\'')";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

std::string listed(std::span<const std::string_view> words, std::string_view last_joint) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 < words.size() ? ", " : ' ' + std::string(last_joint) + ' ';
    out += in_quotes(words[i]);
  }
  return out;
}

}  // namespace ninelives::supervisor
