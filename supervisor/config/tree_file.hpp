#pragma once

// The tree file (TOML): which children a node has and how they are started, supervised and stopped. docs/
// describes the keys; the terms are those of OTP's supervisor. Reading a file runs nothing and changes
// nothing, but looks whether the commands and directories exist.

#include <expected>
#include <filesystem>
#include <string_view>
#include <vector>

#include <ninelives/spec/tree.hpp>

#include "supervisor/config/fault.hpp"

namespace ninelives::supervisor {

struct TreeFile {
  // Each worker and program has its executable and its directory, both absolute; its command is as written.
  ninelives::TreeSpec tree;
  std::filesystem::path file;  // absolute
};

// Relative paths in a file start at the file's own directory; a command without '/' is looked up in this
// process's PATH. The error holds all faults at once, at least one: those of the file in its order, then
// those of each file that it includes. Of a file with a TOML syntax error only that is known.
std::expected<TreeFile, std::vector<Fault>> load_tree_file(const std::filesystem::path& file);

// One child, in a text or a file that has one [[child]] and nothing else: for a supervisor that runs already,
// which has the last word on what must fit the supervisor, such as `significant`. `directory`, absolute, is
// where the paths in a text start; `name` is what its faults call it.
std::expected<ninelives::ChildSpec, std::vector<Fault>> load_child(std::string_view text,
                                                                   const std::filesystem::path& directory,
                                                                   const std::filesystem::path& name);
std::expected<ninelives::ChildSpec, std::vector<Fault>> load_child_file(const std::filesystem::path& file);

}  // namespace ninelives::supervisor
