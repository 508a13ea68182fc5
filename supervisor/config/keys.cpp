#include "supervisor/config/keys.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "supervisor/config/nearest.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

/// A set of sections.
class Sections {
 public:
  constexpr Sections(std::initializer_list<Section> sections) {
    for (const Section each : sections) bits_ |= bit(each);
  }
  constexpr bool contains(Section section) const { return (bits_ & bit(section)) != 0; }

 private:
  static constexpr unsigned bit(Section section) { return 1U << static_cast<unsigned>(section); }
  unsigned bits_ = 0;
};

constexpr Sections any_child{Section::worker, Section::program, Section::child_supervisor, Section::including,
                             Section::unclear_type};
constexpr Sections processes{Section::worker, Section::program, Section::unclear_type};
constexpr Sections supervisors{Section::supervisor, Section::child_supervisor, Section::unclear_type};

struct Key {
  std::string_view name;
  Sections sections;
};

/// In the order in which messages list them.
constexpr std::array keys{
    Key{"node", {Section::top}},
    Key{"supervisor", {Section::top}},
    Key{"id", any_child},
    Key{"name", any_child},
    Key{"via", {Section::worker, Section::unclear_type}},
    Key{"type", any_child},
    Key{"command", processes},
    Key{"executable", processes},
    Key{"directory", processes},
    Key{"environment", processes},
    Key{"restart", any_child},
    Key{"significant", any_child},
    Key{"shutdown", any_child},
    Key{"start_timeout", any_child},
    Key{"backoff", any_child},
    Key{"ready", processes},
    Key{"mailbox", {Section::worker, Section::unclear_type}},
    Key{"watchdog", {Section::worker, Section::unclear_type}},
    Key{"include", {Section::child_supervisor, Section::including, Section::unclear_type}},
    Key{"strategy", supervisors},
    Key{"intensity", supervisors},
    Key{"period", supervisors},
    Key{"auto_shutdown", supervisors},
    Key{"dynamic", supervisors},
    Key{"max_children", supervisors},
    Key{"extra_arguments", supervisors},
    Key{"partitions", supervisors},
    Key{"child", {Section::top, Section::lone_child, Section::child_supervisor, Section::unclear_type}},
    Key{"first", {Section::backoff}},
    Key{"max", {Section::backoff}},
    Key{"jitter", {Section::backoff}},
    Key{"reset", {Section::backoff}},
    Key{"registry", {Section::via}},
    Key{"key", {Section::via}},
};

/// A key by which another supervisor calls the same thing.
struct Synonym {
  std::string_view name, key;
};
constexpr std::array synonyms{Synonym{"name", "node"},
                              Synonym{"children", "child"},
                              Synonym{"worker", "child"},
                              Synonym{"program", "child"},
                              Synonym{"max_restarts", "intensity"},
                              Synonym{"max_seconds", "period"},
                              Synonym{"cmd", "command"},
                              Synonym{"exec", "command"},
                              Synonym{"args", "command"},
                              Synonym{"autorestart", "restart"},
                              Synonym{"stopwaitsecs", "shutdown"},
                              Synonym{"stop_timeout", "shutdown"},
                              Synonym{"startsecs", "start_timeout"},
                              Synonym{"cwd", "directory"},
                              Synonym{"workdir", "directory"},
                              Synonym{"working_dir", "directory"},
                              Synonym{"working_directory", "directory"},
                              Synonym{"env", "environment"},
                              Synonym{"file", "include"}};

bool is_known(std::string_view name, Section section) {
  return std::ranges::any_of(
      keys, [&](const Key& key) { return key.name == name && key.sections.contains(section); });
}

std::vector<std::string_view> known(Section section) {
  std::vector<std::string_view> names;
  for (const Key& key : keys) {
    if (key.sections.contains(section)) names.push_back(key.name);
  }
  return names;
}

std::string_view title(Section section) {
  switch (section) {
    case Section::top:
      return "the top of the file";
    case Section::lone_child:
      return "the top of a file with one child";
    case Section::supervisor:
      return "[supervisor]";
    case Section::worker:
      return "a worker";
    case Section::program:
      return "a program";
    case Section::child_supervisor:
      return "a supervisor";
    case Section::including:
      return "a supervisor that is included";
    case Section::unclear_type:
      return "[[child]]";
    case Section::backoff:
      return "backoff";
    case Section::via:
      return "via";
  }
  std::unreachable();
}

std::optional<std::string_view> probably_meant(std::string_view name, Section section) {
  const auto synonym = std::ranges::find_if(
      synonyms, [&](const Synonym& each) { return each.name == name && is_known(each.key, section); });
  return synonym != synonyms.end() ? std::optional(synonym->key) : nearest(name, known(section));
}

/// Of a key that another type of child has: `"mailbox" is for workers; this child is a program`.
std::optional<std::string> of_another_type(std::string_view name, Section section) {
  if (!any_child.contains(section)) return std::nullopt;
  std::string types;
  const auto add = [&](Section type, std::string_view plural) {
    if (is_known(name, type)) types += (types.empty() ? "" : " and ") + std::string(plural);
  };
  add(Section::worker, "workers");
  add(Section::program, "programs");
  add(Section::child_supervisor, "supervisors");
  if (types.empty()) return std::nullopt;
  if (section == Section::including && types == "supervisors") return " belongs in the included file";
  const auto is = section == Section::including ? title(Section::child_supervisor) : title(section);
  return " is for " + types + "; this child is " + std::string(is);
}

/// Of a key of another section: `"intensity" belongs in [supervisor]`.
std::optional<std::string> of_another_section(std::string_view name, Section section) {
  if (is_known(name, Section::top)) {
    return section == Section::lone_child ? " belongs in a tree file; here is one [[child]] alone"
                                          : " belongs at the top of the file, before any [section]";
  }
  if (is_known(name, Section::supervisor)) return " belongs in [supervisor]";
  if (is_known(name, Section::unclear_type)) return " belongs in [[child]]";
  if (is_known(name, Section::backoff)) return " belongs in backoff = { ... }";
  if (is_known(name, Section::via)) return " belongs in via = { ... }";
  return std::nullopt;
}

/// A key that exists, though not here.
std::optional<std::string> why_not_here(std::string_view name, Section section) {
  auto reason = of_another_type(name, section);
  if (!reason) reason = of_another_section(name, section);
  return reason ? std::optional(in_quotes(name) + *reason) : std::nullopt;
}

std::string advice(Section section, std::optional<std::string_view> meant) {
  if (meant) return "did you mean " + in_quotes(*meant) + '?';
  const auto names = known(section);
  return "the " + std::string(names.size() == 1 ? "key of " : "keys of ") + std::string(title(section)) +
         (names.size() == 1 ? " is " : " are ") + listed(names);
}

}  // namespace

std::vector<std::string_view> check_keys(const TomlTable& table, Section section, Faults& faults) {
  std::vector<std::string_view> misspelt;
  for (const auto& entry : table.entries) {
    if (is_known(entry.key, section)) continue;
    if (auto reason = why_not_here(entry.key, section)) {
      faults.add(entry.place, std::move(*reason));
      continue;
    }
    const auto meant = probably_meant(entry.key, section);
    if (meant) misspelt.push_back(*meant);
    faults.add(entry.place, "unknown key " + in_quotes(entry.key) + "; " + advice(section, meant));
  }
  return misspelt;
}

}  // namespace ninelives::supervisor
