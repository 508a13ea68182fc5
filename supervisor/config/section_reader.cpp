#include "supervisor/config/section_reader.hpp"

#include <algorithm>

#include "supervisor/config/duration.hpp"
#include "supervisor/config/nearest.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

constexpr std::size_t longest_name = 63;

// Not isalnum(3), whose answer depends on the locale.
bool may_stand_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

std::optional<std::string> what_is_wrong_with_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (!std::ranges::all_of(name, may_stand_in_name)) {
    return R"(may consist of letters (a to z, A to Z), digits, "_", "-" and "." only)";
  }
  if (name.front() == '.' || name.front() == '-') return "may not start with " + in_quotes(name.substr(0, 1));
  if (name.size() > longest_name) {
    return "is too long: " + std::to_string(name.size()) + " characters, at most " +
           std::to_string(longest_name) + " are possible";
  }
  return std::nullopt;
}

std::string is_or_are(std::span<const std::string_view> words) {
  return listed(words) + (words.size() == 1 ? " is" : " are");
}

}  // namespace

SectionReader::SectionReader(const TomlTable& table, Place place, Section section, Faults& faults)
    : table_(table), place_(place), faults_(faults), misspelt_(check_keys(table, section, faults)) {}

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

const std::string* SectionReader::name(const TomlEntry& entry) {
  const auto* name = text(entry);
  if (!name) return nullptr;
  if (const auto wrong = what_is_wrong_with_name(*name)) {
    fault(entry.value.place, entry.key + ' ' + in_quotes(*name) + ' ' + *wrong);
    return nullptr;
  }
  return name;
}

void SectionReader::read_duration(std::string_view key, std::chrono::nanoseconds& target) {
  const auto* entry = find(key);
  if (!entry) return;
  const auto* text = entry->value.get_if<std::string>();
  if (!text) return fault_of_type(*entry, R"(a duration such as "5s")");
  if (const auto duration = parse_duration(*text)) {
    target = *duration;
  } else {
    fault(entry->value.place, entry->key + ' ' + duration.error());
  }
}

void SectionReader::read_count(std::string_view key, unsigned most, unsigned& target) {
  const auto* entry = find(key);
  if (!entry) return;
  const auto* number = entry->value.get_if<std::int64_t>();
  if (!number) return fault_of_type(*entry, "an integer");
  if (*number >= 0 && *number <= most) {
    target = static_cast<unsigned>(*number);
  } else {
    fault(entry->value.place, in_quotes(key) + " must be from 0 to " + std::to_string(most) +
                                  ", here it is " + std::to_string(*number));
  }
}

std::optional<std::size_t> SectionReader::choose(const TomlEntry& entry,
                                                 std::span<const std::string_view> words,
                                                 std::span<const std::string_view> later) {
  const auto* word = text(entry);
  if (!word) return std::nullopt;
  const auto found = std::ranges::find(words, *word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());

  const auto subject = entry.key + ' ' + in_quotes(*word);
  if (std::ranges::find(later, *word) != later.end()) {
    fault(entry.value.place, subject + " is not supported by this version; " + is_or_are(words));
  } else {
    const auto meant = did_you_mean(*word, words);
    fault(entry.value.place,
          subject + " is unknown" + (meant.empty() ? "; write " + listed(words, "or") : meant));
  }
  return std::nullopt;
}

}  // namespace ninelives::supervisor
