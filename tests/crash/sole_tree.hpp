// A tree of three levels of supervisors over children of which at most one incarnation may be alive
// (tests/programs/sole.cpp), and which take some milliseconds to start and to stop.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives::test {

// `kind`: of two of the workers; "family" and "stranger" have another process beside them, "worker" has none.
TreeSpec sole_tree(std::string_view kind);
// A worker under that supervisor.
ChildSpec sole_worker(const std::string& supervisor, const std::string& id);

// The names in the node of everybody in the tree, of its supervisors, of those who can be called, and of
// those who hold a lock.
std::vector<std::string> all_names(const TreeSpec& tree);
std::vector<std::string> supervisor_names(const TreeSpec& tree);
std::vector<std::string> server_names(const TreeSpec& tree);
std::vector<std::string> sole_names(const TreeSpec& tree);
const SupervisorSpec& supervisor_in(const TreeSpec& tree, std::string_view name);

// Their locks and their complaints: $SOLE.
class SoleFiles {
 public:
  explicit SoleFiles(std::filesystem::path directory);

  const std::filesystem::path& directory() const { return directory_; }
  // Each one a line: somebody has started while an earlier incarnation was alive.
  std::string violations() const;
  // The names of those whose lock somebody has, sorted.
  std::vector<std::string> held() const;

 private:
  std::filesystem::path directory_;
};

}  // namespace ninelives::test
