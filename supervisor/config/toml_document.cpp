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

std::expected<TomlTable, Fault> parse_toml(std::string_view text) {
  // toml++ decodes ahead and would name a place before the faulty byte, perhaps in another line.
  if (const auto place = first_invalid_utf8(text)) {
    return std::unexpected(Fault{place->line, place->column, "this is not UTF-8; save the file in UTF-8"});
  }
  try {
    return converted(static_cast<const toml::table&>(toml::parse(text)));
  } catch (const toml::parse_error& error) {
    const auto place = inside(text, place_of(error.source()));
    return std::unexpected(Fault{place.line, place.column, in_one_line(error.description())});
  }
}

}  // namespace ninelives::supervisor
