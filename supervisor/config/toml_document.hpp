#pragma once

// A TOML text as plain values, each with its place in the text. The parser is toml++, which is slow to
// compile and is therefore seen by toml_document.cpp alone; what the rest of this folder handles are the
// types below.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "supervisor/config/fault.hpp"

namespace ninelives::supervisor {

struct TomlValue;
struct TomlEntry;

using TomlArray = std::vector<TomlValue>;

// Entries in the order in which they are written.
struct TomlTable {
  std::vector<TomlEntry> entries;

  const TomlEntry* find(std::string_view key) const;
};

// Dates and times: nothing in a tree file has one, so their value is not kept.
struct TomlDateOrTime {};

struct TomlValue {
  Place place;  // of a table: its header `[name]` or its `{`
  std::variant<std::string, std::int64_t, double, bool, TomlDateOrTime, TomlArray, TomlTable> data;

  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&data);
  }
};

struct TomlEntry {
  std::string key;
  Place place;
  TomlValue value;
};

// With its article, for messages: "a string", "an integer", ...
std::string_view type_name(const TomlValue& value);

// The top-level table; or nothing and one fault more, the first, because a TOML parser cannot tell what the
// author meant after it.
std::optional<TomlTable> parse_toml(std::string_view text, Faults& faults);

}  // namespace ninelives::supervisor
