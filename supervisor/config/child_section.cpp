#include "supervisor/config/child_section.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "supervisor/config/duration.hpp"
#include "supervisor/config/nearest.hpp"
#include "supervisor/config/section_reader.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

constexpr Choices<ChildType, 2> types{{"worker", "program"}, {ChildType::worker, ChildType::program}};
constexpr Choices<Restart, 3> restarts{{"permanent", "transient", "temporary"},
                                       {Restart::permanent, Restart::transient, Restart::temporary}};
constexpr Choices<Mailbox, 2> mailboxes{{"keep", "drop"}, {Mailbox::keep, Mailbox::drop}};
constexpr std::array<std::string_view, 2> shutdown_words{"brutal_kill", "infinity"};

bool is_supervisor(const TomlTable& table) {
  const auto* type = table.find("type");
  const auto* word = type ? type->value.get_if<std::string>() : nullptr;
  return word && *word == "supervisor";
}

// "child", or with its name where it has one, for faults about what is not there.
std::string title(const ChildSpec& spec) {
  return spec.id.empty() ? "this child" : "child " + in_quotes(spec.id);
}

void read_id(SectionReader& reader, ChildSection& child) {
  const auto* entry = reader.require("id", R"(this child has no "id"; add id = "NAME")");
  const auto* name = entry ? reader.name(*entry) : nullptr;
  if (!name) return;
  child.spec.id = *name;
  child.id_place = entry->value.place;
}

std::optional<Shutdown> parse_shutdown(const TomlEntry& entry, const std::string& text,
                                       SectionReader& reader) {
  if (text == "brutal_kill") return Shutdown{Shutdown::Kind::brutal_kill, {}};
  if (text == "infinity") return Shutdown{Shutdown::Kind::infinity, {}};
  if (const auto meant = did_you_mean(text, shutdown_words); !meant.empty()) {
    reader.fault(entry.value.place, "shutdown " + in_quotes(text) + " is unknown" + meant);
    return std::nullopt;
  }
  const auto duration = parse_duration(text);
  if (duration) return Shutdown{Shutdown::Kind::timeout, *duration};
  reader.fault(entry.value.place, "shutdown " + duration.error());
  return std::nullopt;
}

void read_shutdown(SectionReader& reader, Shutdown& shutdown) {
  const auto* entry = reader.find("shutdown");
  if (!entry) return;
  const auto* text = entry->value.get_if<std::string>();
  if (!text) return reader.fault_of_type(*entry, R"(a duration such as "5s", "brutal_kill" or "infinity")");
  if (const auto parsed = parse_shutdown(*entry, *text, reader)) shutdown = *parsed;
}

// The strings of a command; empty after a fault.
std::vector<std::string> command_words(const TomlEntry& entry, SectionReader& reader) {
  if (entry.value.get_if<std::string>()) {
    const auto* executable = reader.text(entry);
    return executable ? std::vector{*executable} : std::vector<std::string>{};
  }
  const auto* array = entry.value.get_if<TomlArray>();
  if (!array) {
    reader.fault_of_type(entry, "an array of strings");
    return {};
  }
  std::vector<std::string> words;
  for (const auto& element : *array) {
    const auto* word = element.get_if<std::string>();
    if (!word) {
      reader.fault(element.place,
                   R"("command" must be an array of strings, here is )" + std::string(type_name(element)));
    } else if (word->contains('\0')) {
      reader.fault(element.place, R"("command" may not contain a NUL character)");
    } else {
      words.push_back(*word);
    }
  }
  if (words.size() != array->size()) return {};
  if (words.empty())
    reader.fault(entry.value.place, R"("command" is empty; write command = ["PROGRAM", "ARGUMENT"])");
  return words;
}

void read_command(SectionReader& reader, const CommandSearch& search, ChildSection& child) {
  const auto* entry = reader.require(
      "command", title(child.spec) + R"( has no "command"; add command = ["PROGRAM", "ARGUMENT"])");
  if (!entry) return;
  child.entry.command = command_words(*entry, reader);
  if (child.entry.command.empty()) return;
  const auto& program = child.entry.command.front();
  if (program.empty()) return reader.fault(entry->value.place, R"(command "" names no program)");
  if (auto executable = find_executable(program, search)) {
    child.entry.executable = std::move(*executable);
  } else {
    reader.fault(entry->value.place, "command " + in_quotes(program) + ": " + executable.error());
  }
}

// "ready" is there for the reader of the file: each type of child has one kind of readiness in this version.
void check_ready(SectionReader& reader, ChildType type) {
  const auto* entry = reader.find("ready");
  const auto* text = entry ? reader.text(*entry) : nullptr;
  const auto right = type == ChildType::worker ? "init" : "exec";
  if (!text || *text == right) return;

  const auto fault = [&](std::string_view what) {
    reader.fault(entry->value.place, "ready " + in_quotes(*text) + ' ' + std::string(what));
  };
  const auto write_right = "; write " + in_quotes(right);
  if (*text == "init") return fault("is for workers" + write_right);
  if (*text == "exec") return fault("is for programs" + write_right);
  const bool is_of_later_version = *text == "notify" || text->starts_with("fd=");
  if (is_of_later_version) return fault("is not supported by this version; " + in_quotes(right) + " is");
  fault("is unknown" + write_right);
}

void read_mailbox(SectionReader& reader, ChildEntry& child) {
  const auto* entry = reader.find("mailbox");
  if (entry && child.type == ChildType::program) {
    return reader.fault(entry->place, R"("mailbox" is for workers; a program has none)");
  }
  reader.read_choice("mailbox", mailboxes, child.mailbox);
}

void read_directory(SectionReader& reader, const std::filesystem::path& base, ChildEntry& child) {
  child.directory = base;
  const auto* entry = reader.find("directory");
  const auto* text = entry ? reader.text(*entry) : nullptr;
  if (!text) return;
  child.directory = absolute_under(base, *text);
  if (const auto obstacle = directory_obstacle(child.directory)) {
    reader.fault(entry->value.place, "directory " + in_quotes(*text) + ": " + *obstacle);
  }
}

void read_environment(SectionReader& reader, ChildEntry& child) {
  const auto* entry = reader.find("environment");
  if (!entry) return;
  const auto* table = entry->value.get_if<TomlTable>();
  if (!table) return reader.fault_of_type(*entry, "a table of strings");
  for (const auto& variable : table->entries) {
    if (variable.key.empty() || variable.key.contains('=') || variable.key.contains('\0')) {
      reader.fault(variable.place, "environment variable " + in_quotes(variable.key) +
                                       R"(: a name may neither be empty nor contain "=" or a NUL character)");
    } else if (const auto* value = reader.text(variable)) {
      child.environment.emplace(variable.key, *value);
    }
  }
}

}  // namespace

ChildSection read_child(const TomlTable& table, Place place, const CommandSearch& search, Faults& faults) {
  ChildSection child;
  // The keys of a supervisor are another set; one fault says it all, instead of one for each of them.
  if (is_supervisor(table)) {
    faults.add(table.find("type")->value.place,
               R"(type "supervisor" is not supported by this version; )" + listed(types.words) + " are");
    return child;
  }
  SectionReader reader(table, place, Section::child, faults);
  read_id(reader, child);
  const bool type_is_clear = reader.read_choice("type", types, child.entry.type);
  reader.read_choice("restart", restarts, child.spec.restart);
  read_command(reader, search, child);
  read_shutdown(reader, child.spec.shutdown);
  if (type_is_clear) {
    check_ready(reader, child.entry.type);
    read_mailbox(reader, child.entry);
  }
  read_directory(reader, search.base, child.entry);
  read_environment(reader, child.entry);
  return child;
}

}  // namespace ninelives::supervisor
