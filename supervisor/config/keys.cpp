#include "supervisor/config/keys.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "supervisor/config/nearest.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

using Words = std::span<const std::string_view>;

/// A key by which another supervisor calls the same thing.
struct Synonym {
  std::string_view word, key;
};

struct SectionKeys {
  std::string_view name;   // as written in the file
  std::string_view where;  // completes "belongs ..."
  Words known;
  Words later;  // known to the design, but not to this version
  std::span<const Synonym> synonyms;
};

constexpr std::array<std::string_view, 3> root_keys{"node", "supervisor", "child"};
constexpr std::array root_synonyms{Synonym{"name", "node"}, Synonym{"children", "child"},
                                   Synonym{"worker", "child"}, Synonym{"program", "child"}};

constexpr std::array<std::string_view, 3> supervisor_keys{"strategy", "intensity", "period"};
constexpr std::array<std::string_view, 2> supervisor_later{"auto_shutdown", "backoff"};
constexpr std::array supervisor_synonyms{Synonym{"max_restarts", "intensity"},
                                         Synonym{"max_seconds", "period"}};

constexpr std::array<std::string_view, 9> child_keys{
    "id", "type", "command", "restart", "shutdown", "ready", "mailbox", "directory", "environment"};
constexpr std::array<std::string_view, 6> child_later{"child",   "significant",   "auto_shutdown",
                                                      "backoff", "start_timeout", "watchdog"};
constexpr std::array child_synonyms{Synonym{"name", "id"},
                                    Synonym{"cmd", "command"},
                                    Synonym{"exec", "command"},
                                    Synonym{"args", "command"},
                                    Synonym{"autorestart", "restart"},
                                    Synonym{"stopwaitsecs", "shutdown"},
                                    Synonym{"cwd", "directory"},
                                    Synonym{"workdir", "directory"},
                                    Synonym{"working_dir", "directory"},
                                    Synonym{"env", "environment"},
                                    Synonym{"working_directory", "directory"},
                                    Synonym{"stop_timeout", "shutdown"}};

constexpr std::array sections{
    SectionKeys{
        "the top of the file", "at the top of the file, before any [section]", root_keys, {}, root_synonyms},
    SectionKeys{"[supervisor]", "in [supervisor]", supervisor_keys, supervisor_later, supervisor_synonyms},
    SectionKeys{"[[child]]", "in [[child]]", child_keys, child_later, child_synonyms}};

const SectionKeys& keys_of(Section section) { return sections[static_cast<std::size_t>(section)]; }

bool contains(Words words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

std::optional<std::string_view> probably_meant(std::string_view key, const SectionKeys& section) {
  const auto synonym = std::ranges::find(section.synonyms, key, &Synonym::word);
  return synonym != section.synonyms.end() ? std::optional(synonym->key) : nearest(key, section.known);
}

const SectionKeys* home_of(std::string_view key) {
  const auto home =
      std::ranges::find_if(sections, [&](const auto& section) { return contains(section.known, key); });
  return home == sections.end() ? nullptr : &*home;
}

// A key that exists, though not here in this version.
std::optional<std::string> why_not_here(std::string_view key, const SectionKeys& section) {
  if (contains(section.later, key)) return in_quotes(key) + " is not supported by this version";
  if (const auto* home = home_of(key)) return in_quotes(key) + " belongs " + std::string(home->where);
  return std::nullopt;
}

std::string advice(const SectionKeys& section, std::optional<std::string_view> meant) {
  if (meant) return "did you mean " + in_quotes(*meant) + '?';
  return "the keys of " + std::string(section.name) + " are " + listed(section.known);
}

}  // namespace

std::vector<std::string_view> check_keys(const TomlTable& table, Section section, Faults& faults) {
  const auto& keys = keys_of(section);
  std::vector<std::string_view> misspelt;
  for (const auto& entry : table.entries) {
    if (contains(keys.known, entry.key)) continue;
    if (auto reason = why_not_here(entry.key, keys)) {
      faults.add(entry.place, std::move(*reason));
      continue;
    }
    const auto meant = probably_meant(entry.key, keys);
    if (meant) misspelt.push_back(*meant);
    faults.add(entry.place, "unknown key " + in_quotes(entry.key) + "; " + advice(keys, meant));
  }
  return misspelt;
}

}  // namespace ninelives::supervisor
