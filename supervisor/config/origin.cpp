#include "supervisor/config/origin.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

struct Spot {
  Document* file;
  const TomlEntry* entry;
};

struct Finding {
  Document* file;
  Place place;
  std::string text;
};

const Origin& origin_of(const SpecField& field, const Origin& top) {
  const Origin* origin = &top;
  for (const std::size_t index : field.child) origin = &origin->children.at(index);
  return *origin;
}

// `key` may name an entry of an inline table: "backoff.jitter".
const TomlEntry* find(const TomlTable& table, std::string_view key) {
  const auto point = key.find('.');
  const auto* entry = table.find(key.substr(0, point));
  if (!entry || point == key.npos) return entry;
  const auto* inner = entry->value.get_if<TomlTable>();
  return inner ? inner->find(key.substr(point + 1)) : nullptr;
}

std::optional<Spot> spot_of(const SpecField& field, const Origin& top) {
  for (const Written& written : origin_of(field, top).tables) {
    const auto* entry = written.table ? find(*written.table, field.key) : nullptr;
    if (entry) return Spot{written.file, entry};
  }
  return std::nullopt;
}

// The reader has said something against it: its key may not stand here, or it is not what can be its value.
// Children are no part of a value: each has faults of its own.
bool is_refused(const Spot& spot) {
  const Faults& faults = spot.file->faults;
  const TomlValue& value = spot.entry->value;
  if (faults.has(spot.entry->place) || faults.has(value.place)) return true;
  const auto* array = value.get_if<TomlArray>();
  return array && std::ranges::any_of(*array, [&](const TomlValue& element) {
           return !element.get_if<TomlTable>() && faults.has(element.place);
         });
}

// What these are about must be in a file, and the reader has told where it is not.
bool is_about_absence(const SpecFault& fault) {
  return fault.kind == SpecFault::Kind::missing_id || fault.kind == SpecFault::Kind::missing_start;
}

std::string text_of(const SpecFault& fault, const std::vector<Spot>& spots) {
  const bool has_two_places =
      fault.kind == SpecFault::Kind::duplicate_child_name || fault.kind == SpecFault::Kind::duplicate_name;
  if (!has_two_places || spots.size() != 2) return fault.text;
  const std::string line = "; that is in line " + std::to_string(spots[1].entry->value.place.line);
  const bool is_in_one_file = spots[0].file == spots[1].file;
  return fault.text + line + (is_in_one_file ? "" : " of " + shown(spots[1].file->name));
}

std::vector<Spot> spots_of(std::span<const SpecField> fields, const Origin& top) {
  std::vector<Spot> spots;
  for (const SpecField& field : fields) {
    const auto spot = spot_of(field, top);
    if (spot) spots.push_back(*spot);
  }
  return spots;
}

// "backoff", for "backoff.max" where only `first` is written.
SpecField whole(const SpecField& field) { return {field.child, field.key.substr(0, field.key.find('.'))}; }

std::optional<Finding> finding(const SpecFault& fault, const Origin& top) {
  auto spots = spots_of(fault.about, top);
  if (spots.empty()) spots = spots_of(std::array{whole(fault.about.front())}, top);
  if (std::ranges::any_of(spots, is_refused)) return std::nullopt;
  if (is_about_absence(fault) && !spot_of(fault.about.front(), top)) return std::nullopt;
  if (!spots.empty()) {
    return Finding{spots.front().file, spots.front().entry->value.place, text_of(fault, spots)};
  }
  const Written& blamed = origin_of(fault.about.front(), top).tables.front();
  return Finding{blamed.file, blamed.place, fault.text};
}

}  // namespace

void add_with_places(std::span<const SpecFault> found, const Origin& top) {
  std::vector<Finding> findings;
  for (const SpecFault& fault : found) {
    if (auto each = finding(fault, top)) findings.push_back(std::move(*each));
  }
  // Only now, so that two faults of one value do not pass for one that follows from the other.
  for (Finding& each : findings) each.file->faults.add(each.place, std::move(each.text));
}

}  // namespace ninelives::supervisor
