// A tree of three levels of supervisors over children of which at most one incarnation may be alive
// (tests/programs/sole.cpp), and which take some milliseconds to start and to stop.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives::test {

// `companion`: what some of the workers have beside them in their process groups, "family" or "stranger".
TreeSpec sole_tree(std::string_view companion);
// A worker under that supervisor.
ChildSpec sole_worker(const std::string& supervisor, const std::string& id);

// The names in the node of everybody in the tree, of its supervisors, and of those who can be called.
std::vector<std::string> all_names(const TreeSpec& tree);
std::vector<std::string> supervisor_names(const TreeSpec& tree);
std::vector<std::string> server_names(const TreeSpec& tree);
const SupervisorSpec& supervisor_in(const TreeSpec& tree, std::string_view name);

// Their locks and their complaints: $SOLE.
class SoleFiles {
 public:
  explicit SoleFiles(std::filesystem::path directory);

  const std::filesystem::path& directory() const { return directory_; }
  // Each one a line: somebody has started while an earlier incarnation was alive.
  std::string violations() const;
  // The names of those whose lock somebody has.
  std::vector<std::string> held() const;

 private:
  std::filesystem::path directory_;
};

}  // namespace ninelives::test
