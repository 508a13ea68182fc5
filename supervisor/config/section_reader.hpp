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
  // `table` and `faults` must outlive the reader; `place` is where a missing key is reported.
  SectionReader(const TomlTable& table, Place place, Faults& faults);

  // Adds a fault for each key that does not belong here.
  void check_keys(Section section);

  Place place() const { return place_; }
  Faults& faults() const { return faults_; }

  const TomlEntry* find(std::string_view key) const { return table_.find(key); }

  // Adds the fault `text` if the key is missing, unless a misspelt key was probably meant to be this one.
  const TomlEntry* require(std::string_view key, std::string text);

  // A string without NUL characters, which no program can be given. Adds a fault and returns nullptr for
  // anything else.
  const std::string* text(const TomlEntry& entry);

  // Strings of that kind. A fault for each element that is none, and none of them is returned then.
  std::vector<std::string> texts(const TomlEntry& entry);

  void read_text(std::string_view key, std::string& target);
  void read_texts(std::string_view key, std::vector<std::string>& target);
  void read_fraction(std::string_view key, double& target);

  // Into a number or duration, or an optional one.
  template <class Target>
  void read_count(std::string_view key, unsigned most, Target& target) {
    if (const auto read = count(key, most)) target = *read;
  }
  template <class Target>
  void read_duration(std::string_view key, Target& target) {
    if (const auto read = duration(key)) target = *read;
  }

  // These two: false when they added a fault.
  bool read_flag(std::string_view key, bool& target);
  template <class Enum, std::size_t count>
  bool read_choice(std::string_view key, const Choices<Enum, count>& choices, Enum& target) {
    const auto* entry = find(key);
    if (!entry) return true;
    const auto index = choose(*entry, choices.words);
    if (index) target = choices.values[*index];
    return index.has_value();
  }

  void fault(Place place, std::string text) { faults_.add(place, std::move(text)); }
  void fault_of_type(const TomlEntry& entry, std::string_view expected);

 private:
  std::optional<unsigned> count(std::string_view key, unsigned most);
  std::optional<std::chrono::nanoseconds> duration(std::string_view key);
  std::optional<std::size_t> choose(const TomlEntry& entry, std::span<const std::string_view> words);

  const TomlTable& table_;
  Place place_;
  Faults& faults_;
  std::vector<std::string_view> misspelt_;
};

}  // namespace ninelives::supervisor
