#include "tests/process/support.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <stdexcept>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "supervisor/os/descendants.hpp"

namespace ninelives::test {

namespace {

bool readable(int fd) {
  pollfd poll{fd, POLLIN, 0};
  return ::poll(&poll, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) == 1;
}

[[noreturn]] void run_quietly(const std::function<void()>& action) {
  ::signal(SIGABRT, SIG_DFL);  // the test framework catches it
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::close(STDERR_FILENO);
  action();
  ::_exit(0);
}

// The guard also takes in what the aborted process had launched, which dies with it, so that the test does
// not get it.
bool abort_seen_by_guard(const std::function<void()>& action) {
  supervisor::become_subreaper();
  const pid_t actor = ::fork();
  if (actor == 0) run_quietly(action);
  int status = 0;
  ::waitpid(actor, &status, 0);
  while (::wait(nullptr) > 0) {
  }
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "ninelives-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a directory " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() { std::filesystem::remove_all(path_); }

Channel::Channel(std::filesystem::path path) : path_(std::move(path)) {
  if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("cannot make the pipe " + path_.string());
  fd_.reset(::open(path_.c_str(), O_RDWR | O_CLOEXEC));  // for writing too, so that opening it never waits
}

std::string Channel::read_line() {
  std::string line;
  for (char next = 0; readable(fd_.get()) && ::read(fd_.get(), &next, 1) == 1; line += next) {
    if (next == '\n') return line;
  }
  throw std::runtime_error("nobody wrote a line into " + path_.string());
}

supervisor::LaunchPlan shell(const std::string& script, const std::vector<std::string>& arguments) {
  supervisor::LaunchPlan plan;
  plan.executable = "/bin/sh";
  plan.command = {"sh", "-c", script, "sh"};
  plan.command.insert(plan.command.end(), arguments.begin(), arguments.end());
  plan.environment = {"PATH=/usr/bin:/bin"};
  return plan;
}

supervisor::LaunchPlan sleeper() { return {"/bin/sleep", {"sleep", "600"}, {}, {}, {}}; }

supervisor::Process launch_or_throw(const supervisor::LaunchPlan& plan) {
  auto child = supervisor::launch(plan);
  if (!child) throw std::runtime_error(to_string(child.error()));
  return std::move(*child);
}

bool run_until(boost::asio::io_context& io, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  io.restart();
  while (!condition()) {
    if (io.run_one_until(deadline) == 0) return condition();
  }
  return true;
}

supervisor::ExitStatus run(const supervisor::LaunchPlan& plan) {
  boost::asio::io_context io;
  std::optional<supervisor::ExitStatus> status;
  supervisor::ChildWatch watch(io, launch_or_throw(plan), [&](const auto& died) { status = died; });
  if (!run_until(io, [&] { return status.has_value(); })) throw std::runtime_error("the child did not end");
  watch.reap();
  return *status;
}

bool dies(const ipc::UniqueFd& pidfd) { return readable(pidfd.get()); }

void put_down(pid_t child) {
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool aborts(const std::function<void()>& action) {
  const pid_t guard = ::fork();
  if (guard == 0) ::_exit(abort_seen_by_guard(action) ? 0 : 1);
  int status = 0;
  ::waitpid(guard, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace ninelives::test
