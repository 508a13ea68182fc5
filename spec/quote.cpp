#include "spec/quote.hpp"

#include <cstddef>

namespace ninelives {

namespace {

constexpr std::size_t longest_quotation = 200;  // bytes; the longest valid value, a name, is far shorter

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::string_view beginning(std::string_view text) {
  if (text.size() <= longest_quotation) return text;
  auto end = longest_quotation;
  while (end > 0 && continues_code_point(text[end])) --end;
  return text.substr(0, end);
}

void append_escaped(std::string& out, char c) {
  if (is_control(c)) {
    out += escaped_control(c);
  } else {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  for (const char c : text) append_escaped(out, c);
  return out;
}

}  // namespace

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string escaped_control(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  const auto code = static_cast<unsigned char>(c);
  return {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 0xf]};
}

std::string as_toml(std::string_view text) { return '"' + escaped(text) + '"'; }

std::string in_quotes(std::string_view text) {
  const auto visible = beginning(text);
  return '"' + escaped(visible) + (visible.size() < text.size() ? "...\"" : "\"");
}

}  // namespace ninelives
