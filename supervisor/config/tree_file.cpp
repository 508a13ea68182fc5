#include "supervisor/config/tree_file.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "supervisor/config/child_section.hpp"
#include "supervisor/config/command.hpp"
#include "supervisor/config/file_text.hpp"
#include "supervisor/config/section_reader.hpp"
#include "supervisor/config/toml_document.hpp"
#include "supervisor/config/wording.hpp"

namespace ninelives::supervisor {
namespace {

constexpr Place start_of_file;
constexpr unsigned highest_intensity = 1'000'000;
constexpr Choices<Strategy, 1> strategies{{"one_for_one"}, {Strategy::one_for_one}};
constexpr std::array<std::string_view, 3> later_strategies{"rest_for_one", "one_for_all",
                                                           "simple_one_for_one"};

/// Remembers the first place of each id.
class SeenIds {
 public:
  void check(const ChildSection& child, Faults& faults) {
    if (!child.id_place) return;
    const auto [first, is_new] = places_.try_emplace(child.spec.id, *child.id_place);
    if (is_new) return;
    faults.add(*child.id_place, "duplicate id " + in_quotes(child.spec.id) + "; the first is in line " +
                                    std::to_string(first->second.line));
  }

 private:
  std::unordered_map<std::string, Place> places_;
};

void read_node(SectionReader& root, TreeFile& tree) {
  const auto* entry = root.require("node", R"(this tree has no "node"; add node = "NAME" at the top)");
  const auto* name = entry ? root.name(*entry) : nullptr;
  if (name) tree.node = *name;
}

void read_supervisor(SectionReader& root, SupervisorSpec& spec, Faults& faults) {
  const auto* entry = root.find("supervisor");
  if (!entry) return;
  const auto* table = entry->value.get_if<TomlTable>();
  if (!table) return root.fault_of_type(*entry, "a table: write [supervisor]");
  SectionReader reader(*table, entry->place, Section::supervisor, faults);
  reader.read_choice("strategy", strategies, spec.strategy, later_strategies);
  reader.read_count("intensity", highest_intensity, spec.intensity);
  reader.read_duration("period", spec.period);
  if (spec.period == std::chrono::nanoseconds::zero()) {
    reader.fault(reader.find("period")->value.place, R"("period" must be longer than 0)");
  }
}

void read_children(SectionReader& root, const CommandSearch& search, TreeFile& tree, Faults& faults) {
  constexpr std::string_view no_children = "this tree has no children; add a [[child]]";
  const auto* entry = root.require("child", std::string(no_children));
  if (!entry) return;
  const auto* array = entry->value.get_if<TomlArray>();
  if (!array) return root.fault_of_type(*entry, "an array of tables: write [[child]]");
  if (array->empty()) root.fault(entry->value.place, std::string(no_children));

  SeenIds ids;
  for (const auto& element : *array) {
    const auto* table = element.get_if<TomlTable>();
    if (!table) {
      root.fault(element.place,
                 "a child must be a table: write [[child]], here it is " + std::string(type_name(element)));
      continue;
    }
    auto child = read_child(*table, element.place, search, faults);
    ids.check(child, faults);
    tree.spec.children.push_back(std::move(child.spec));
    tree.entries.push_back(std::move(child.entry));
  }
}

TreeFile read_tree(const TomlTable& table, std::filesystem::path file, Faults& faults) {
  TreeFile tree;
  tree.file = std::move(file);
  const CommandSearch search{tree.file.parent_path(), current_path_variable()};
  SectionReader root(table, start_of_file, Section::root, faults);
  read_node(root, tree);
  read_supervisor(root, tree.spec, faults);
  read_children(root, search, tree, faults);
  return tree;
}

std::vector<Fault> only(Fault fault) { return {std::move(fault)}; }

}  // namespace

std::expected<TreeFile, std::vector<Fault>> load_tree_file(const std::filesystem::path& file) {
  const auto text = read_file_text(file);
  if (!text) return std::unexpected(only({1, 1, "cannot read this file: " + text.error()}));
  const auto table = parse_toml(*text);
  if (!table) return std::unexpected(only(table.error()));
  std::error_code error;
  auto absolute = absolute_under("/", std::filesystem::absolute(file, error));
  if (error) return std::unexpected(only({1, 1, "the working directory is gone: " + error.message()}));

  Faults faults;
  auto tree = read_tree(*table, std::move(absolute), faults);
  if (!faults.empty()) return std::unexpected(faults.in_file_order());
  return tree;
}

}  // namespace ninelives::supervisor
