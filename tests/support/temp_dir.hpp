// A directory of the test's own, in tmpfs like a node's; removed with all that is in it, also when the test
// fails. A test that may end without its destructors is given NINELIVES_TEST_DIR, and whoever gave it removes
// that.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace ninelives::test {

class TempDir {
 public:
  TempDir() {
    const char* given = std::getenv("NINELIVES_TEST_DIR");
    std::string name = std::string(given ? given : "/dev/shm") + "/ninelives-test.XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make the directory " + name);
    path_ = name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ninelives::test
