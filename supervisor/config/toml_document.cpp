#include "supervisor/config/toml_document.hpp"

#include <algorithm>
#include <array>

#include "supervisor/config/endless_key.hpp"
#include "supervisor/config/utf8.hpp"
#include "supervisor/config/wording.hpp"

// The compiled library instead of 20 000 lines of templates here; toml++ offers no other way to say so.
#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

namespace ninelives::supervisor {
namespace {

Place place_of(const toml::source_region& source) { return {source.begin.line, source.begin.column}; }

// What is deeper is nothing of a tree file, and would be a matter of how much stack there is.
constexpr unsigned most_levels = 256;

class Converter {
 public:
  explicit Converter(Faults& faults) : faults_(faults) {}

  TomlTable table(const toml::table& table) {
    TomlTable out;
    out.entries.reserve(table.size());
    for (const auto& [key, value] : table) {
      out.entries.push_back({std::string(key.str()), place_of(key.source()), converted(value)});
    }
    // toml++ keeps them sorted by key.
    std::ranges::sort(out.entries, {}, &TomlEntry::place);
    return out;
  }

 private:
  TomlArray array(const toml::array& array) {
    TomlArray out;
    out.reserve(array.size());
    for (const auto& element : array) out.push_back(converted(element));
    return out;
  }

  TomlValue converted(const toml::node& node) {
    TomlValue out{place_of(node.source()), TomlDateOrTime{}};
    if (level_ == most_levels) {
      faults_.add(out.place, "this is more than " + std::to_string(most_levels) + " tables and arrays deep");
      return out;
    }
    ++level_;
    if (const auto* text = node.as_string()) out.data = text->get();
    if (const auto* integer = node.as_integer()) out.data = integer->get();
    if (const auto* number = node.as_floating_point()) out.data = number->get();
    if (const auto* boolean = node.as_boolean()) out.data = boolean->get();
    if (const auto* inner = node.as_array()) out.data = array(*inner);
    if (const auto* inner = node.as_table()) out.data = table(*inner);
    --level_;
    return out;
  }

  Faults& faults_;
  unsigned level_ = 0;
};

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

std::optional<TomlTable> parse_toml(std::string_view text, Faults& faults) {
  // toml++ decodes ahead and would name a place before the faulty byte, perhaps in another line.
  if (const auto place = first_invalid_utf8(text)) {
    faults.add(*place, "this is not UTF-8; save the file in UTF-8");
    return std::nullopt;
  }
  if (const auto place = first_endless_key(text)) {
    faults.add(*place, "a key may not have more than " + std::to_string(most_parts_of_key) + " parts");
    return std::nullopt;
  }
  try {
    const toml::parse_result parsed = toml::parse(text);
    return Converter(faults).table(parsed);
  } catch (const toml::parse_error& error) {
    faults.add(inside(text, place_of(error.source())), in_one_line(error.description()));
    return std::nullopt;
  }
}

}  // namespace ninelives::supervisor
