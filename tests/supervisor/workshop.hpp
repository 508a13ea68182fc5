// A directory with tree files and what they may name, for tests of reading them.
#pragma once
#include <catch2/catch.hpp>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "supervisor/config/tree_file.hpp"

namespace ninelives::supervisor::test {

using Lines = std::vector<std::string>;

/// A directory with a tree file and what the tree file may name; removed with everything in it.
class Workshop {
 public:
  Workshop() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ninelives-tree-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    std::filesystem::permissions(directory_, std::filesystem::perms(0755));
    add("store", "#!/bin/sh\n", 0755);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, ignored)) {
      std::filesystem::permissions(entry, std::filesystem::perms::owner_all,
                                   std::filesystem::perm_options::add, ignored);
    }
    std::filesystem::remove_all(directory_, ignored);
  }

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path tree() const { return directory_ / "tree.toml"; }

  void add(const std::string& name, std::string_view content, unsigned mode) const {
    std::ofstream(directory_ / name, std::ios::binary) << content;
    std::filesystem::permissions(directory_ / name, std::filesystem::perms(mode));
  }

  std::expected<TreeFile, std::vector<Fault>> load(std::string_view content) const {
    std::filesystem::remove(tree());  // a file that is emptied and written again goes to the disk each time
    std::ofstream(tree(), std::ios::binary) << content;
    return load_tree_file(tree());
  }

  /// The faults as people see them in that directory, which is DIR where it is written out.
  std::vector<std::string> lines(std::string_view content) const {
    const auto loaded = load(content);
    if (loaded) return {};
    std::vector<std::string> out;
    for (const auto& fault : loaded.error()) out.push_back(line(fault));
    return out;
  }

  std::string line(const Fault& fault) const {
    auto line = to_string(fault);
    const auto& name = directory_.native();
    if (line.starts_with(name + '/')) line.erase(0, name.size() + 1);
    for (auto at = line.find(name); at != std::string::npos; at = line.find(name))
      line.replace(at, name.size(), "DIR");
    return line;
  }

 private:
  std::filesystem::path directory_;
};

/// Another PATH for as long as this lives.
class PathVariable {
 public:
  explicit PathVariable(const std::string& value) : before_(::getenv("PATH")) {
    ::setenv("PATH", value.c_str(), 1);
  }
  PathVariable(const PathVariable&) = delete;
  PathVariable& operator=(const PathVariable&) = delete;
  ~PathVariable() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

/// root may enter and read everything, so a test of permissions gives that up for as long as this lives.
class Unprivileged {
 public:
  Unprivileged() : before_(::geteuid()) {
    if (before_ == 0) REQUIRE(::seteuid(65534) == 0);
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (before_ == 0 && ::seteuid(0) != 0) std::abort();
  }

 private:
  uid_t before_;
};

/// A tree file and what is said against it.
struct Mistake {
  std::string_view name;
  std::string tree;
  Lines expected;
};

inline void check(const Workshop& workshop, const std::vector<Mistake>& mistakes) {
  for (const auto& [name, tree, expected] : mistakes) {
    INFO(name << '\n' << tree);
    CHECK(workshop.lines(tree) == expected);
  }
}

}  // namespace ninelives::supervisor::test
