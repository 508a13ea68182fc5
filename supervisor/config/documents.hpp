#pragma once

// The files that a tree is read from: the one that was named, and those that it includes. Each is read once,
// however often it is included, and keeps its faults to itself.

#include <deque>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "supervisor/config/fault.hpp"
#include "supervisor/config/toml_document.hpp"

namespace ninelives::supervisor {

struct Document {
  std::filesystem::path name;      // for people
  std::filesystem::path absolute;  // relative paths in it start at the directory that this lies in
  std::optional<TomlTable> table;  // none: it is no TOML, which is among its faults
  Faults faults;

  std::filesystem::path directory() const { return absolute.parent_path(); }
};

class Documents {
 public:
  // The file of that path; the error is for people. References stay valid.
  std::expected<Document*, std::string> open(const std::filesystem::path& name,
                                             const std::filesystem::path& absolute);

  // A text from elsewhere, as if it stood in a file of that path.
  Document& add(std::string_view text, const std::filesystem::path& name,
                const std::filesystem::path& absolute);

  // Of all files in the order in which they were first opened; in each, in its own order.
  std::vector<Fault> faults() const;

 private:
  std::deque<Document> documents_;
  std::map<std::filesystem::path, Document*> by_path_;
};

}  // namespace ninelives::supervisor
