// For tests that start real processes: plans, bounded waits, and questions about what is left over.
#pragma once
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ipc/unique_fd.hpp"
#include "supervisor/os/child_watch.hpp"
#include "supervisor/os/launcher.hpp"

namespace ninelives::test {

// How long a test waits for something that normally takes milliseconds.
constexpr auto patience = std::chrono::seconds(20);

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// A named pipe through which processes tell the test something, one line at a time.
class Channel {
 public:
  explicit Channel(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  std::string read_line();  // throws when none comes in time
  pid_t read_pid() { return std::stoi(read_line()); }

 private:
  std::filesystem::path path_;
  ipc::UniqueFd fd_;
};

// /bin/sh running `script`, which finds `arguments` in $1, $2 and so on.
supervisor::LaunchPlan shell(const std::string& script, const std::vector<std::string>& arguments = {});

// A program that does nothing until it is killed.
supervisor::LaunchPlan sleeper();

supervisor::Process launch_or_throw(const supervisor::LaunchPlan& plan);

// Runs the io_context until `condition` holds; false when it does not in time.
bool run_until(boost::asio::io_context& io, const std::function<bool()>& condition);

// Launches, waits for the end, reaps.
supervisor::ExitStatus run(const supervisor::LaunchPlan& plan);

// Waits until the process is dead, a zombie included.
bool dies(const ipc::UniqueFd& pidfd);

// Kills and reaps a direct child that nobody watches.
void put_down(pid_t child);

// Whether this process has any child, a zombie included.
bool has_children();

std::size_t open_descriptors();

std::string contents(const std::filesystem::path& path);

// Whether `action` ends in abort(). It runs in a forked copy of this process, and what it launched dies with
// the copy.
bool aborts(const std::function<void()>& action);

}  // namespace ninelives::test
