#include "tests/support/program.hpp"

#include <cerrno>
#include <fcntl.h>
#include <signal.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>

#include "supervisor/os/pidfd.hpp"
#include "tests/support/processes.hpp"

extern char** environ;

namespace ninelives::test {
namespace {

ipc::UniqueFd captured_output() {
  ipc::UniqueFd fd(::memfd_create("output", MFD_CLOEXEC));
  if (!fd) throw std::system_error(errno, std::generic_category(), "memfd_create");
  return fd;
}

std::string contents_of(int fd) {
  struct stat found{};
  ::fstat(fd, &found);
  std::string text(static_cast<std::size_t>(found.st_size), '\0');
  const auto length = ::pread(fd, text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return text;
}

std::vector<std::string> merged_environment(const ProgramPlan& plan) {
  std::vector<std::string> merged;
  for (char** variable = environ; *variable; ++variable) {
    const std::string text = *variable;
    if (!plan.environment.contains(text.substr(0, text.find('=')))) merged.push_back(text);
  }
  for (const auto& [key, value] : plan.environment) merged.push_back(key + "=" + value);
  return merged;
}

std::vector<char*> null_terminated(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Exec {
  int executable;  // opened by the test: another user may not be able to reach the path
  char** argv;
  char** environment;
  int out, err;
  std::optional<uid_t> user;
  pid_t parent;
};

// In the forked child: nothing that allocates, other threads of the test may have held the allocator's lock.
[[noreturn]] void become(const Exec& exec) {
  constexpr int cannot_start = 127;
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  ::dup2(exec.out, STDOUT_FILENO);
  ::dup2(exec.err, STDERR_FILENO);
  if (exec.user && ::setresuid(*exec.user, *exec.user, *exec.user) != 0) ::_exit(cannot_start);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // after setresuid(2), which clears it
  if (::getppid() != exec.parent) ::_exit(cannot_start);
  ::execveat(exec.executable, "", exec.argv, exec.environment, AT_EMPTY_PATH);
  ::_exit(cannot_start);
}

}  // namespace

Program::Program(const ProgramPlan& plan) : out_(captured_output()), err_(captured_output()) {
  auto command = plan.command;
  auto environment = merged_environment(plan);
  const auto argv = null_terminated(command);
  const auto variables = null_terminated(environment);
  const ipc::UniqueFd executable(::open(command.front().c_str(), O_PATH | O_CLOEXEC));
  if (!executable) throw std::system_error(errno, std::generic_category(), "cannot start " + command.front());
  const Exec exec{executable.get(),
                  const_cast<char**>(argv.data()),
                  const_cast<char**>(variables.data()),
                  out_.get(),
                  err_.get(),
                  plan.user,
                  ::getpid()};
  pid_ = ::fork();
  if (pid_ == 0) become(exec);
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  pidfd_ = supervisor::open_pidfd(pid_);
}

Program::~Program() {
  if (status_) return;
  signal(SIGKILL);
  reap();
}

void Program::signal(int number) const { supervisor::send_signal(pidfd_.get(), number); }

bool Program::ends_within(std::chrono::milliseconds bound) const {
  return status_ || has_died(pidfd_.get(), bound);
}

Ended Program::wait(std::chrono::milliseconds bound) {
  if (!ends_within(bound)) {
    throw std::runtime_error("process " + std::to_string(pid_) + " did not end; it wrote: " + out() + err());
  }
  if (!status_) reap();
  const bool exited = WIFEXITED(*status_);
  return {.code = exited ? WEXITSTATUS(*status_) : -1,
          .signal = exited ? 0 : WTERMSIG(*status_),
          .out = out(),
          .err = err()};
}

void Program::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = status;
}

std::string Program::out() const { return contents_of(out_.get()); }
std::string Program::err() const { return contents_of(err_.get()); }

Ended run_to_end(const ProgramPlan& plan) { return Program(plan).wait(); }

}  // namespace ninelives::test
