#include "supervisor/config/tree_reader.hpp"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <system_error>
#include <utility>

#include "spec/name.hpp"
#include "supervisor/config/child_section.hpp"
#include "supervisor/config/supervisor_section.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

namespace fs = std::filesystem;

constexpr Place start_of_file;

// A node has 16 384 places, and its root has one. It also ends what includes itself twice at each level.
constexpr std::size_t most_children = 16'383;

bool is_something_else_than_a_file(const fs::path& path) {
  std::error_code ignored;
  const auto status = fs::status(path, ignored);
  return fs::exists(status) && !fs::is_regular_file(status);
}

// A forgotten [[child]] must not pass for a supervisor that waits until it is told whom to start.
void require_children(SectionReader& reader, const ninelives::SupervisorSpec& spec, const std::string& whose,
                      const std::string& header) {
  if (is_dynamic(spec)) return;
  reader.require("child",
                 whose + " has no children; add a [[" + header + "]], or child = [] if none is meant");
}

}  // namespace

TreeReader::TreeReader(Documents& documents)
    : documents_(documents), path_variable_(current_path_variable()) {}

ninelives::TreeSpec TreeReader::read_tree(Document& file, Origin& origin) {
  ninelives::TreeSpec tree;
  SectionReader top(*file.table, start_of_file, file.faults);
  top.check_keys(Section::top);
  top.require("node", R"(this tree has no "node"; add node = "NAME" at the top)");
  top.read_text("node", tree.node);
  read_file(top, {file, 1, "child"}, tree.supervisor, origin);
  return tree;
}

// The supervisor of a file: that of its tree, or one of a larger tree that includes it.
void TreeReader::read_file(SectionReader& top, const Level& level, ninelives::SupervisorSpec& spec,
                           Origin& origin) {
  open_.push_back(&level.file);
  origin.tables.push_back({&level.file, &*level.file.table, start_of_file});
  if (read_supervisor_section(top, level.file, spec, origin)) {
    require_children(top, spec, open_.size() == 1 ? "this tree" : "this supervisor", level.header);
  }
  read_children(top, level, spec, origin);
  open_.pop_back();
}

bool TreeReader::read_supervisor_section(SectionReader& top, Document& file, ninelives::SupervisorSpec& spec,
                                         Origin& origin) {
  const auto* entry = top.find("supervisor");
  if (!entry) return true;
  const auto* table = entry->value.get_if<TomlTable>();
  if (!table) {
    top.fault_of_type(*entry, "a table: write [supervisor]");
    return false;
  }
  origin.tables.push_back({&file, table, entry->place});
  SectionReader section(*table, entry->place, file.faults);
  section.check_keys(Section::supervisor);
  return read_flags(section, spec);
}

void TreeReader::read_children(SectionReader& reader, const Level& level, ninelives::SupervisorSpec& spec,
                               Origin& origin) {
  const auto* entry = reader.find("child");
  if (!entry) return;
  const auto* array = entry->value.get_if<TomlArray>();
  if (!array) {
    return reader.fault_of_type(*entry, "an array of tables: write [[" + level.header + "]]");
  }
  if (level.depth > deepest && !array->empty()) {
    return reader.fault(entry->place, "this is more than " + std::to_string(deepest) +
                                          " levels below the root: no name is short enough for that");
  }
  spec.children.reserve(array->size());
  for (const auto& element : *array) {
    if (!may_have_one_more(level.file, element.place)) return;
    spec.children.push_back(
        read_child(element, level, spec.partitions.has_value(), origin.children.emplace_back()));
  }
}

bool TreeReader::may_have_one_more(Document& file, Place place) {
  ++children_;
  if (children_ == most_children + 1) {
    file.faults.add(place,
                    "this child is one too many: a node has room for " + std::to_string(most_children));
  }
  return children_ <= most_children;
}

ninelives::ChildSpec TreeReader::read_child(const TomlValue& value, const Level& level, bool is_partition,
                                            Origin& origin) {
  ninelives::ChildSpec spec;
  Document& file = level.file;
  const auto* table = value.get_if<TomlTable>();
  origin.tables.push_back({&file, table, value.place});
  if (!table) {
    file.faults.add(value.place, "a child must be a table: write [[" + level.header + "]], here it is " +
                                     std::string(type_name(value)));
    return spec;
  }
  SectionReader reader(*table, value.place, file.faults);
  const Section section = read_type(reader, spec.type);
  reader.check_keys(section);
  read_common_keys(reader, is_partition, spec);
  if (spec.type == ChildType::supervisor) {
    read_supervisor(reader, section, level, spec, origin);
  } else {
    read_process_keys(reader, section, {file.directory(), path_variable_}, spec);
  }
  return spec;
}

void TreeReader::read_supervisor(SectionReader& reader, Section section, const Level& level,
                                 ninelives::ChildSpec& spec, Origin& origin) {
  if (const auto* entry = reader.find("include")) {
    return include(reader, *entry, level, spec.supervisor, origin);
  }
  const Level below{level.file, level.depth + 1, level.header + ".child"};
  if (read_flags(reader, spec.supervisor) && section != Section::unclear_type) {
    require_children(reader, spec.supervisor, title(spec), below.header);
  }
  read_children(reader, below, spec.supervisor, origin);
}

void TreeReader::include(SectionReader& reader, const TomlEntry& entry, const Level& level,
                         ninelives::SupervisorSpec& spec, Origin& origin) {
  const auto* text = reader.text(entry);
  if (!text) return;
  const auto fault = [&](const std::string& what) {
    reader.fault(entry.value.place, "include " + in_quotes(*text) + what);
  };
  const auto absolute = absolute_under(level.file.directory(), *text);
  if (text->empty()) return fault(" names no file");
  if (const auto cycle = cycle_to(absolute); !cycle.empty()) return fault(" closes a cycle: " + cycle);
  if (is_something_else_than_a_file(absolute)) return fault(": " + shown(absolute) + " is not a file");
  const auto included = documents_.open(level.file.name.parent_path() / *text, absolute);
  if (!included) return fault(": cannot read " + shown(absolute) + ": " + included.error());
  if (!(*included)->table) return;
  SectionReader top(*(*included)->table, start_of_file, (*included)->faults);
  top.check_keys(Section::top);  // "node" may be there: what runs by itself can be part of a larger tree
  read_file(top, {**included, level.depth + 1, "child"}, spec, origin);
}

// "a.toml includes b.toml includes a.toml", if that file is being read already; or nothing.
std::string TreeReader::cycle_to(const fs::path& absolute) const {
  const auto is_it = [&](const Document* file) {
    std::error_code ignored;
    return fs::equivalent(file->absolute, absolute, ignored);
  };
  const auto begin = std::ranges::find_if(open_, is_it);
  if (begin == open_.end()) return "";
  std::string names;
  for (const Document* file : std::ranges::subrange(begin, open_.end())) {
    names += shown(file->name) + " includes ";
  }
  return names + shown((*begin)->name);
}

std::vector<ninelives::ChildSpec> TreeReader::read_lone_child(Document& file, Origin& origin) {
  constexpr std::string_view no_child = "there is no child here; add a [[child]]";
  open_.push_back(&file);
  origin.tables.push_back({&file, &*file.table, start_of_file});
  SectionReader top(*file.table, start_of_file, file.faults);
  top.check_keys(Section::lone_child);
  const auto* entry = top.require("child", std::string(no_child));
  const auto* array = entry ? entry->value.get_if<TomlArray>() : nullptr;
  if (array && array->empty()) top.fault(entry->value.place, std::string(no_child));
  if (array && array->size() > 1) top.fault(array->at(1).place, "there may be only one child here");
  ninelives::SupervisorSpec above;
  read_children(top, {file, 1, "child"}, above, origin);
  open_.pop_back();
  return std::move(above.children);
}

}  // namespace ninelives::supervisor
