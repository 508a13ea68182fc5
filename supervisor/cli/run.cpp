#include <iostream>

#include "supervisor/cli/commands.hpp"
#include "supervisor/config/tree_file.hpp"
#include "supervisor/node/nested.hpp"
#include "supervisor/node/root.hpp"

namespace ninelives::supervisor {
namespace {

std::optional<TreeFile> load(const std::filesystem::path& file) {
  auto tree = load_tree_file(file);
  if (tree) return std::move(*tree);
  for (const Fault& fault : tree.error()) std::cerr << to_string(fault) << '\n';
  return std::nullopt;
}

// At all levels.
std::size_t children_below(const ninelives::SupervisorSpec& supervisor) {
  std::size_t count = supervisor.children.size();
  for (const auto& child : supervisor.children) count += children_below(child.supervisor);
  return count;
}

}  // namespace

int fail(ExitCode code, const std::string& text) {
  std::cerr << "ninelives: " << text << '\n';
  return code;
}

int check(const std::filesystem::path& tree) {
  auto loaded = load(tree);
  if (!loaded) return exit_usage;
  const std::size_t children = children_below(loaded->tree.supervisor);
  std::cout << tree.string() << ": fine: node " << loaded->tree.node << ", " << children
            << (children == 1 ? " child\n" : " children\n");
  return exit_ok;
}

int run(const RunOptions& options) {
  auto tree = load(options.tree);
  if (!tree) return exit_usage;
  EventLog events;
  if (!options.events.empty()) {
    auto opened = EventLog::open(options.events, tree->tree.node);
    if (!opened) return fail(exit_usage, opened.error().text);
    events = std::move(*opened);
  }
  auto root = Root::create(std::move(tree->tree), std::move(events));
  if (!root) return fail(exit_failed, root.error().text);
  const Outcome outcome = (*root)->run();
  const ExitCode code = (*root)->has_ended_well(outcome) ? exit_ok : exit_failed;
  const std::string explained = (*root)->explain(outcome);
  root->reset();  // nothing of the node is left when the last line appears
  return fail(code, explained);
}

int supervise_below() {
  const auto code = supervise();
  return code ? *code : fail(exit_failed, code.error());
}

}  // namespace ninelives::supervisor
