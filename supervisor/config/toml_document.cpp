#include "supervisor/config/toml_document.hpp"

#include <algorithm>
#include <array>

#include "supervisor/config/utf8.hpp"
#include "supervisor/config/wording.hpp"

// The compiled library instead of 20 000 lines of templates here; toml++ offers no other way to say so.
#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

namespace ninelives::supervisor {
namespace {

Place place_of(const toml::source_region& source) { return {source.begin.line, source.begin.column}; }

TomlValue converted(const toml::node& node);

TomlArray converted(const toml::array& array) {
  TomlArray out;
  out.reserve(array.size());
  for (const auto& element : array) out.push_back(converted(element));
  return out;
}

TomlTable converted(const toml::table& table) {
  TomlTable out;
  out.entries.reserve(table.size());
  for (const auto& [key, value] : table) {
    out.entries.push_back({std::string(key.str()), place_of(key.source()), converted(value)});
  }
  // toml++ keeps them sorted by key.
  std::ranges::sort(out.entries, {}, &TomlEntry::place);
  return out;
}

TomlValue converted(const toml::node& node) {
  TomlValue out{place_of(node.source()), TomlDateOrTime{}};
  if (const auto* text = node.as_string()) out.data = text->get();
  if (const auto* integer = node.as_integer()) out.data = integer->get();
  if (const auto* number = node.as_floating_point()) out.data = number->get();
  if (const auto* boolean = node.as_boolean()) out.data = boolean->get();
  if (const auto* array = node.as_array()) out.data = converted(*array);
  if (const auto* table = node.as_table()) out.data = converted(*table);
  return out;
}

// toml++ names a text's end behind the last line break as a place in the line before, beyond its end.
Place inside(std::string_view text, Place place) {
  for (unsigned line = 1; line < place.line; ++line) text.remove_prefix(text.find('\n') + 1);
  const auto line = text.substr(0, text.find('\n'));
  return {place.line, std::min(place.column, static_cast<unsigned>(count_code_points(line)) + 1)};
}

// Each part of a dotted key is a table in a table, and whoever walks down there, toml++ to begin with, needs
// its stack for each. Of what stands in brackets toml++ itself allows 256 levels.
constexpr std::size_t most_points = 1000;

bool may_stand_in_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == '"' || c == '\'' || c == ' ' || c == '\t';
}

// Where a line has so many points among characters of which keys are made. That may be the text of a string,
// but nobody has written such a one.
std::optional<Place> first_endless_key(std::string_view text) {
  unsigned line = 1;
  std::size_t points = 0;
  for (const char c : text) {
    if (c == '\n') ++line;
    if (!may_stand_in_key(c)) points = 0;
    if (c == '.' && ++points >= most_points) return Place{line, 1};
  }
  return std::nullopt;
}

}  // namespace

const TomlEntry* TomlTable::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &TomlEntry::key);
  return found == entries.end() ? nullptr : &*found;
}

std::string_view type_name(const TomlValue& value) {
  constexpr std::array<std::string_view, 7> names{"a string",  "an integer",     "a floating-point number",
                                                  "a boolean", "a date or time", "an array",
                                                  "a table"};
  static_assert(names.size() == std::variant_size_v<decltype(value.data)>);
  return names[value.data.index()];
}

std::optional<TomlTable> parse_toml(std::string_view text, Faults& faults) {
  // toml++ decodes ahead and would name a place before the faulty byte, perhaps in another line.
  if (const auto place = first_invalid_utf8(text)) {
    faults.add(*place, "this is not UTF-8; save the file in UTF-8");
    return std::nullopt;
  }
  if (const auto place = first_endless_key(text)) {
    faults.add(*place, "a key may not have more than " + std::to_string(most_points) + " parts");
    return std::nullopt;
  }
  try {
    return converted(static_cast<const toml::table&>(toml::parse(text)));
  } catch (const toml::parse_error& error) {
    faults.add(inside(text, place_of(error.source())), in_one_line(error.description()));
    return std::nullopt;
  }
}

}  // namespace ninelives::supervisor
