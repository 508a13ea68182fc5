#include "supervisor/config/section_reader.hpp"

#include <algorithm>

#include "supervisor/config/duration.hpp"
#include "supervisor/config/nearest.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {

SectionReader::SectionReader(const TomlTable& table, Place place, Faults& faults)
    : table_(table), place_(place), faults_(faults) {}

void SectionReader::check_keys(Section section) {
  misspelt_ = supervisor::check_keys(table_, section, faults_);
}

const TomlEntry* SectionReader::require(std::string_view key, std::string text) {
  const auto* entry = find(key);
  if (!entry && std::ranges::find(misspelt_, key) == misspelt_.end()) fault(place_, std::move(text));
  return entry;
}

void SectionReader::fault_of_type(const TomlEntry& entry, std::string_view expected) {
  fault(entry.value.place, in_quotes(entry.key) + " must be " + std::string(expected) + ", here it is " +
                               std::string(type_name(entry.value)));
}

const std::string* SectionReader::text(const TomlEntry& entry) {
  const auto* text = entry.value.get_if<std::string>();
  if (!text) {
    fault_of_type(entry, "a string");
  } else if (text->contains('\0')) {
    fault(entry.value.place, in_quotes(entry.key) + " may not contain a NUL character");
    return nullptr;
  }
  return text;
}

std::vector<std::string> SectionReader::texts(const TomlEntry& entry) {
  const auto* array = entry.value.get_if<TomlArray>();
  if (!array) {
    fault_of_type(entry, "an array of strings");
    return {};
  }
  std::vector<std::string> texts;
  for (const auto& element : *array) {
    const auto* text = element.get_if<std::string>();
    if (!text) {
      fault(element.place, in_quotes(entry.key) + " must be an array of strings, here is " +
                               std::string(type_name(element)));
    } else if (text->contains('\0')) {
      fault(element.place, in_quotes(entry.key) + " may not contain a NUL character");
    } else {
      texts.push_back(*text);
    }
  }
  return texts.size() == array->size() ? texts : std::vector<std::string>{};
}

void SectionReader::read_text(std::string_view key, std::string& target) {
  const auto* entry = find(key);
  const auto* read = entry ? text(*entry) : nullptr;
  if (read) target = *read;
}

void SectionReader::read_texts(std::string_view key, std::vector<std::string>& target) {
  const auto* entry = find(key);
  if (entry) target = texts(*entry);
}

bool SectionReader::read_flag(std::string_view key, bool& target) {
  const auto* entry = find(key);
  if (!entry) return true;
  const auto* flag = entry->value.get_if<bool>();
  if (!flag) fault_of_type(*entry, "true or false");
  if (flag) target = *flag;
  return flag != nullptr;
}

void SectionReader::read_fraction(std::string_view key, double& target) {
  const auto* entry = find(key);
  if (!entry) return;
  if (const auto* number = entry->value.get_if<double>()) {
    target = *number;
  } else if (const auto* whole = entry->value.get_if<std::int64_t>()) {
    target = static_cast<double>(*whole);
  } else {
    fault_of_type(*entry, "a number");
  }
}

std::optional<unsigned> SectionReader::count(std::string_view key, unsigned most) {
  const auto* entry = find(key);
  if (!entry) return std::nullopt;
  const auto* number = entry->value.get_if<std::int64_t>();
  if (!number) {
    fault_of_type(*entry, "an integer");
    return std::nullopt;
  }
  if (*number >= 0 && *number <= most) return static_cast<unsigned>(*number);
  fault(entry->value.place, in_quotes(key) + " must be from 0 to " + std::to_string(most) + ", here it is " +
                                std::to_string(*number));
  return std::nullopt;
}

std::optional<std::chrono::nanoseconds> SectionReader::duration(std::string_view key) {
  const auto* entry = find(key);
  if (!entry) return std::nullopt;
  const auto* text = entry->value.get_if<std::string>();
  if (!text) {
    fault_of_type(*entry, R"(a duration such as "5s")");
    return std::nullopt;
  }
  const auto duration = parse_duration(*text);
  if (duration) return *duration;
  fault(entry->value.place, entry->key + ' ' + duration.error());
  return std::nullopt;
}

std::optional<std::size_t> SectionReader::choose(const TomlEntry& entry,
                                                 std::span<const std::string_view> words) {
  const auto* word = text(entry);
  if (!word) return std::nullopt;
  const auto found = std::ranges::find(words, *word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  const auto meant = did_you_mean(*word, words);
  fault(entry.value.place, entry.key + ' ' + in_quotes(*word) + " is unknown" +
                               (meant.empty() ? "; write " + listed(words, "or") : meant));
  return std::nullopt;
}

}  // namespace ninelives::supervisor
