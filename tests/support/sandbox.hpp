// A world of the test's own: its nodes lie in a directory of their own, so that tests may run beside each
// other and beside nodes of the user. Everything that was started in here carries this directory's name in
// its environment, by which it is found and killed in the end, however the test ends.
//
// Sets NINELIVES_DIR of the test's own process, too, so that it can attach by the C++ interface. One at a
// time.
#pragma once
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "tests/support/program.hpp"
#include "tests/support/temp_dir.hpp"

namespace ninelives::test {

class Sandbox {
 public:
  Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  std::filesystem::path operator/(std::string_view name) const { return dir_.path() / name; }
  std::filesystem::path write(std::string_view name, std::string_view text) const;

  // NINELIVES_DIR: where the nodes' directories lie.
  std::filesystem::path nodes() const { return *this / "nodes"; }
  // The directories of nodes, living and dead.
  std::vector<std::filesystem::path> node_directories() const;
  // Whoever was started in here and is alive, at any depth; and, for a moment, who cannot be told yet.
  // Whoever is forked while this looks may be missing.
  std::vector<pid_t> processes() const;

  // `ninelives ARGUMENTS`, to its end.
  Ended ninelives(std::vector<std::string> arguments) const;
  ProgramPlan ninelives_plan(std::vector<std::string> arguments) const;

 private:
  std::string mark() const;

  TempDir dir_;
};

std::string contents(const std::filesystem::path& file);
std::vector<std::string> lines_of(std::string_view text);

}  // namespace ninelives::test
