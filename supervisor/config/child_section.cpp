#include "supervisor/config/child_section.hpp"

#include <array>
#include <string_view>

#include "supervisor/config/duration.hpp"
#include "supervisor/config/nearest.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

constexpr Choices<ChildType, 3> types{{"worker", "program", "supervisor"},
                                      {ChildType::worker, ChildType::program, ChildType::supervisor}};
constexpr Choices<Restart, 3> restarts{{"permanent", "transient", "temporary"},
                                       {Restart::permanent, Restart::transient, Restart::temporary}};
constexpr Choices<Mailbox, 2> mailboxes{{"keep", "drop"}, {Mailbox::keep, Mailbox::drop}};
constexpr std::array<std::string_view, 2> shutdown_words{"brutal_kill", "infinity"};

// Only a supervisor has this, whatever else it may say.
const TomlEntry* what_is_below(const SectionReader& reader) {
  const auto* child = reader.find("child");
  return child ? child : reader.find("include");
}

std::optional<Shutdown> parse_shutdown(const TomlEntry& entry, const std::string& text,
                                       SectionReader& reader) {
  if (text == "brutal_kill") return Shutdown{.kind = Shutdown::Kind::brutal_kill};
  if (text == "infinity") return Shutdown{.kind = Shutdown::Kind::infinity};
  if (const auto meant = did_you_mean(text, shutdown_words); !meant.empty()) {
    reader.fault(entry.value.place, "shutdown " + in_quotes(text) + " is unknown" + meant);
    return std::nullopt;
  }
  const auto duration = parse_duration(text);
  if (duration) return Shutdown{.timeout = *duration};
  reader.fault(entry.value.place, "shutdown " + duration.error());
  return std::nullopt;
}

void read_shutdown(SectionReader& reader, std::optional<Shutdown>& shutdown) {
  const auto* entry = reader.find("shutdown");
  if (!entry) return;
  const auto* text = entry->value.get_if<std::string>();
  if (!text) return reader.fault_of_type(*entry, R"(a duration such as "5s", "brutal_kill" or "infinity")");
  if (const auto parsed = parse_shutdown(*entry, *text, reader)) shutdown = *parsed;
}

void read_name(SectionReader& reader, std::optional<std::string>& name) {
  const auto* entry = reader.find("name");
  const auto* text = entry ? reader.text(*entry) : nullptr;
  if (text) name = *text;
}

void read_via(SectionReader& reader, std::optional<Via>& via) {
  const auto* entry = reader.find("via");
  if (!entry) return;
  const auto* table = entry->value.get_if<TomlTable>();
  if (!table) {
    return reader.fault_of_type(*entry, R"(a table such as { registry = "sessions", key = "alice" })");
  }
  SectionReader keys(*table, entry->value.place, reader.faults());
  keys.check_keys(Section::via);
  keys.require("registry", R"(this via has no "registry"; add registry = "NAME")");
  keys.require("key", R"(this via has no "key"; add key = "TEXT")");
  via.emplace();
  keys.read_text("registry", via->registry);
  keys.read_text("key", via->key);
}

void read_backoff(SectionReader& reader, std::optional<Backoff>& backoff) {
  const auto* entry = reader.find("backoff");
  if (!entry) return;
  const auto* table = entry->value.get_if<TomlTable>();
  if (!table) return reader.fault_of_type(*entry, R"(a table such as { first = "100ms", max = "30s" })");
  SectionReader keys(*table, entry->value.place, reader.faults());
  keys.check_keys(Section::backoff);
  backoff.emplace();
  keys.read_duration("first", backoff->first);
  keys.read_duration("max", backoff->max);
  keys.read_fraction("jitter", backoff->jitter);
  keys.read_duration("reset", backoff->reset);
}

// The words of a command; empty after a fault.
std::vector<std::string> command_words(const TomlEntry& entry, SectionReader& reader) {
  if (entry.value.get_if<std::string>()) {
    const auto* executable = reader.text(entry);
    return executable ? std::vector{*executable} : std::vector<std::string>{};
  }
  auto words = reader.texts(entry);
  const auto* array = entry.value.get_if<TomlArray>();
  if (array && array->empty()) {
    reader.fault(entry.value.place, R"("command" is empty; write command = ["PROGRAM", "ARGUMENT"])");
  }
  return words;
}

void find_program(SectionReader& reader, const TomlEntry& entry, const std::string& program,
                  const CommandSearch& search, std::string& executable) {
  if (auto found = find_executable(program, search)) {
    executable = found->string();
  } else {
    reader.fault(entry.value.place, entry.key + ' ' + in_quotes(program) + ": " + found.error());
  }
}

// `executable` is named where it is not what the first word of the command says.
void read_executable(SectionReader& reader, const TomlEntry& entry, const CommandSearch& search,
                     std::string& executable) {
  const auto* path = reader.text(entry);
  if (!path) return;
  if (!path->contains('/')) {
    return reader.fault(entry.value.place, "executable " + in_quotes(*path) + " is no path; write " +
                                               in_quotes("./" + *path) + " or an absolute one");
  }
  find_program(reader, entry, *path, search, executable);
}

void read_command(SectionReader& reader, const CommandSearch& search, ninelives::ChildSpec& spec) {
  const auto* command = reader.find("command");
  if (command) spec.command = command_words(*command, reader);
  if (const auto* executable = reader.find("executable")) {
    read_executable(reader, *executable, search, spec.executable);
  } else if (!spec.command.empty() && !spec.command.front().empty()) {
    find_program(reader, *command, spec.command.front(), search, spec.executable);
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

void read_directory(SectionReader& reader, const std::filesystem::path& base, std::string& directory) {
  directory = base.string();
  const auto* entry = reader.find("directory");
  const auto* text = entry ? reader.text(*entry) : nullptr;
  if (!text) return;
  directory = absolute_under(base, *text).string();
  if (const auto obstacle = directory_obstacle(directory)) {
    reader.fault(entry->value.place, "directory " + in_quotes(*text) + ": " + *obstacle);
  }
}

void read_environment(SectionReader& reader, std::map<std::string, std::string>& environment) {
  const auto* entry = reader.find("environment");
  if (!entry) return;
  const auto* table = entry->value.get_if<TomlTable>();
  if (!table) return reader.fault_of_type(*entry, "a table of strings");
  for (const auto& variable : table->entries) {
    if (const auto* value = reader.text(variable)) environment.emplace(variable.key, *value);
  }
}

}  // namespace

Section read_type(SectionReader& reader, ChildType& type) {
  const auto* below = what_is_below(reader);
  if (!reader.read_choice("type", types, type)) {
    if (below) type = ChildType::supervisor;
    return Section::unclear_type;
  }
  if (below && !reader.find("type")) {
    reader.fault(below->place, in_quotes(below->key) + R"( is for supervisors; add type = "supervisor")");
    type = ChildType::supervisor;
  }
  if (type == ChildType::worker) return Section::worker;
  if (type == ChildType::program) return Section::program;
  return reader.find("include") ? Section::including : Section::child_supervisor;
}

void read_common_keys(SectionReader& reader, bool is_partition, ninelives::ChildSpec& spec) {
  if (!is_partition) reader.require("id", R"(this child has no "id"; add id = "NAME")");
  reader.read_text("id", spec.id);
  read_name(reader, spec.name);
  read_via(reader, spec.via);
  reader.read_choice("restart", restarts, spec.restart);
  reader.read_flag("significant", spec.significant);
  read_shutdown(reader, spec.shutdown);
  reader.read_duration("start_timeout", spec.start_timeout);
  read_backoff(reader, spec.backoff);
}

void read_process_keys(SectionReader& reader, Section section, const CommandSearch& search,
                       ninelives::ChildSpec& spec) {
  if (section != Section::unclear_type) {
    reader.require("command", title(spec) + R"( has no "command"; add command = ["PROGRAM", "ARGUMENT"])");
    check_ready(reader, spec.type);
  }
  read_command(reader, search, spec);
  reader.read_choice("mailbox", mailboxes, spec.mailbox);
  reader.read_duration("watchdog", spec.watchdog);
  read_directory(reader, search.base, spec.directory);
  read_environment(reader, spec.environment);
}

std::string title(const ninelives::ChildSpec& spec) {
  return spec.id.empty() ? "this child" : "child " + in_quotes(spec.id);
}

}  // namespace ninelives::supervisor
