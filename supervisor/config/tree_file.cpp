#include "supervisor/config/tree_file.hpp"

#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <ninelives/spec/check.hpp>

#include "supervisor/config/command.hpp"
#include "supervisor/config/documents.hpp"
#include "supervisor/config/file_text.hpp"
#include "supervisor/config/origin.hpp"
#include "supervisor/config/tree_reader.hpp"

namespace ninelives::supervisor {
namespace {

using MaybeTree = std::expected<TreeFile, std::vector<Fault>>;
using MaybeChild = std::expected<ninelives::ChildSpec, std::vector<Fault>>;

struct Content {
  std::string text;
  std::filesystem::path absolute;
};

std::expected<Content, std::vector<Fault>> read(const std::filesystem::path& file) {
  const auto fault = [&](const std::string& text) {
    return std::unexpected(std::vector{Fault{file, 1, 1, text}});
  };
  auto text = read_file_text(file);
  if (!text) return fault("cannot read this file: " + text.error());
  std::error_code error;
  auto absolute = absolute_under("/", std::filesystem::absolute(file, error));
  if (error) return fault("the working directory is gone: " + error.message());
  return Content{std::move(*text), std::move(absolute)};
}

// All faults: those of the texts, and with their places those of what is written there.
std::vector<Fault> all_faults(const Documents& documents, std::span<const SpecFault> found,
                              const Origin& origin) {
  add_with_places(found, origin);
  return documents.faults();
}

}  // namespace

MaybeTree load_tree_file(const std::filesystem::path& file) {
  auto content = read(file);
  if (!content) return std::unexpected(std::move(content.error()));
  Documents documents;
  Document& document = documents.add(content->text, file, content->absolute);
  if (!document.table) return std::unexpected(documents.faults());
  Origin origin;
  TreeFile tree{TreeReader(documents).read_tree(document, origin), std::move(content->absolute)};
  auto faults = all_faults(documents, ninelives::check(tree.tree), origin);
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return tree;
}

MaybeChild load_child(std::string_view text, const std::filesystem::path& directory,
                      const std::filesystem::path& name) {
  Documents documents;
  Document& document = documents.add(text, name, directory / name.filename());
  if (!document.table) return std::unexpected(documents.faults());
  Origin origin;
  auto children = TreeReader(documents).read_lone_child(document, origin);
  auto faults = all_faults(documents, check_childspecs(children, AutoShutdown::any_significant), origin);
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return std::move(children.front());
}

MaybeChild load_child_file(const std::filesystem::path& file) {
  auto content = read(file);
  if (!content) return std::unexpected(std::move(content.error()));
  return load_child(content->text, content->absolute.parent_path(), file);
}

}  // namespace ninelives::supervisor
