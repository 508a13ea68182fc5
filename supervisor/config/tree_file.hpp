#pragma once

// The tree file (TOML): which children a node has and how they are started, supervised and stopped. docs/
// describes the keys; the terms are those of OTP's supervisor. Reading a file runs nothing and changes
// nothing, but looks whether the commands and directories exist.

#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "supervisor/config/fault.hpp"
#include "supervisor/core/child_spec.hpp"

namespace ninelives::supervisor {

// A worker links ninelives::worker and has a mailbox; a program is any other binary.
enum class ChildType { worker, program };

// Whether messages that wait when a worker dies are there for its next incarnation.
enum class Mailbox { keep, drop };

// How a child is started: what the launcher needs to know and the decisions in supervisor/core/ do not.
struct ChildEntry {
  ChildType type = ChildType::worker;
  std::vector<std::string> command;  // argv, never empty; its first word as it is written in the file
  std::filesystem::path executable;  // absolute
  std::filesystem::path directory;   // working directory, absolute
  std::map<std::string, std::string> environment;  // added to the supervisor's own
  Mailbox mailbox = Mailbox::keep;
};

struct TreeFile {
  std::string node;
  SupervisorSpec spec;
  std::vector<ChildEntry> entries;  // entries[i] belongs to spec.children[i]
  std::filesystem::path file;       // absolute
};

// Relative paths in the file start at the file's own directory; a command without '/' is looked up in this
// process's PATH. The error holds all faults at once, in file order, and at least one; only a TOML syntax
// error stands alone.
std::expected<TreeFile, std::vector<Fault>> load_tree_file(const std::filesystem::path& file);

}  // namespace ninelives::supervisor
