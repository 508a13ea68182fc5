// A directory of the test's own, in tmpfs like a node's; removed with all that is in it, also when the test
// fails. What a killed test leaves is removed by the next one that makes such a directory: the process
// that made one has it locked for as long as it lives. A test that may end without its destructors and is
// followed by no other is given NINELIVES_TEST_DIR, and whoever gave it removes that.
#pragma once
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/file.h>

#include "ipc/unique_fd.hpp"

namespace ninelives::test {

class TempDir {
 public:
  TempDir() {
    const char* given = std::getenv("NINELIVES_TEST_DIR");
    const std::filesystem::path parent = given ? given : "/dev/shm";
    if (!given) remove_abandoned(parent);
    // One that is taken for abandoned before it is locked is gone with that, and another one is made.
    do make_in(parent);
    while (!std::filesystem::exists(path_));
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  static constexpr const char* prefix = "ninelives-tmp.";

  static void remove(const std::filesystem::path& directory) {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  static void remove_abandoned(const std::filesystem::path& parent) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(parent, error), end; !error && entry != end;
         entry.increment(error)) {
      if (!entry->path().filename().string().starts_with(prefix)) continue;
      const ipc::UniqueFd directory = open(entry->path());
      if (directory && ::flock(directory.get(), LOCK_EX | LOCK_NB) == 0) remove(entry->path());
    }
  }
  static ipc::UniqueFd open(const std::filesystem::path& directory) {
    return ipc::UniqueFd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  void make_in(const std::filesystem::path& parent) {
    std::string name = parent / (prefix + std::string("XXXXXX"));
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make the directory " + name);
    path_ = name;
    lock_ = open(path_);
    if (lock_) ::flock(lock_.get(), LOCK_EX);
  }

  std::filesystem::path path_;
  ipc::UniqueFd lock_;
};

}  // namespace ninelives::test
