#include "supervisor/config/endless_key.hpp"

#include <algorithm>

namespace ninelives::supervisor {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool may_stand_in_bare_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::size_t skip(std::string_view line, std::size_t at, bool (*what)(char)) {
  while (at < line.size() && what(line[at])) ++at;
  return at;
}

// Behind the closing quote, or the end of the line.
std::size_t skip_quoted(std::string_view line, std::size_t at) {
  const char quote = line[at];
  for (++at; at < line.size() && line[at] != quote; ++at) {
    if (quote == '"' && line[at] == '\\') ++at;
  }
  return std::min(at + 1, line.size());
}

// Behind one part of a key; `at` itself where there is none.
std::size_t skip_part(std::string_view line, std::size_t at) {
  const bool is_quoted = at < line.size() && (line[at] == '"' || line[at] == '\'');
  return is_quoted ? skip_quoted(line, at) : skip(line, at, may_stand_in_bare_key);
}

bool has_endless_key(std::string_view line) {
  std::size_t parts = 0;
  for (std::size_t at = 0; at < line.size();) {
    const auto part = skip(line, at, is_blank);
    const auto end = skip_part(line, part);
    if (end > part && ++parts > most_parts_of_key) return true;
    at = skip(line, end, is_blank);
    const bool goes_on = end > part && at < line.size() && line[at] == '.';
    if (!goes_on) parts = 0;
    if (goes_on || end == part) ++at;
  }
  return false;
}

}  // namespace

std::optional<Place> first_endless_key(std::string_view text) {
  for (unsigned number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    if (has_endless_key(line)) return Place{number, 1};
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return std::nullopt;
}

}  // namespace ninelives::supervisor
