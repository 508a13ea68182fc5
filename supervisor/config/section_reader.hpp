#pragma once

// Reads the values of one section. What is absent leaves the target as it is, and so does what is wrong,
// which adds a fault besides: reading always goes on, to find all faults of a file.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "supervisor/config/fault.hpp"
#include "supervisor/config/keys.hpp"
#include "supervisor/config/toml_document.hpp"

namespace ninelives::supervisor {

// The words that a key may have as its value, in the order in which messages list them.
template <class Enum, std::size_t count>
struct Choices {
  std::array<std::string_view, count> words;
  std::array<Enum, count> values;
};

class SectionReader {
 public:
  // Checks the keys. `table` and `faults` must outlive the reader; `place` is where a missing key is
  // reported.
  SectionReader(const TomlTable& table, Place place, Section section, Faults& faults);

  const TomlEntry* find(std::string_view key) const { return table_.find(key); }

  // Adds the fault `text` if the key is missing, unless a misspelt key was probably meant to be this one.
  const TomlEntry* require(std::string_view key, std::string text);

  // A string without NUL characters, which no program can be given. Adds a fault and returns nullptr for
  // anything else.
  const std::string* text(const TomlEntry& entry);

  // A name of a node or a child: 1 to 63 letters, digits, '_', '-' and '.', the first neither '-' nor '.',
  // so that it can be a file name and an argument on a command line. Adds a fault and returns nullptr for
  // anything else.
  const std::string* name(const TomlEntry& entry);

  void read_duration(std::string_view key, std::chrono::nanoseconds& target);
  void read_count(std::string_view key, unsigned most, unsigned& target);

  // `later`: words that the design knows, but not this version. False when it added a fault.
  template <class Enum, std::size_t count>
  bool read_choice(std::string_view key, const Choices<Enum, count>& choices, Enum& target,
                   std::span<const std::string_view> later = {}) {
    const auto* entry = find(key);
    if (!entry) return true;
    const auto index = choose(*entry, choices.words, later);
    if (index) target = choices.values[*index];
    return index.has_value();
  }

  void fault(Place place, std::string text) { faults_.add(place, std::move(text)); }
  void fault_of_type(const TomlEntry& entry, std::string_view expected);

 private:
  std::optional<std::size_t> choose(const TomlEntry& entry, std::span<const std::string_view> words,
                                    std::span<const std::string_view> later);

  const TomlTable& table_;
  Place place_;
  Faults& faults_;
  std::vector<std::string_view> misspelt_;
};

}  // namespace ninelives::supervisor
