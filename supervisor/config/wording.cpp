#include "supervisor/config/wording.hpp"

#include <algorithm>

namespace ninelives::supervisor {
namespace {

constexpr std::size_t longest_quotation = 200;  // bytes; the longest valid value, a name, is far shorter

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

void append_control(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    const auto code = static_cast<unsigned char>(c);
    out += {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 0xf]};
  }
}

void append_escaped(std::string& out, char c) {
  if (is_control(c)) {
    append_control(out, c);
  } else {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
}

std::string_view beginning(std::string_view text) {
  if (text.size() <= longest_quotation) return text;
  auto end = longest_quotation;
  while (end > 0 && continues_code_point(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  const auto visible = beginning(text);
  std::string out = "\"";
  for (const char c : visible) append_escaped(out, c);
  out += visible.size() < text.size() ? "...\"" : "\"";
  return out;
}

std::string in_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_control(c)) {
      append_control(out, c);
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
