#include "bench/harness/child.hpp"

#include <cstdio>
#include <exception>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness/check.hpp"
#include "bench/harness/fd.hpp"

namespace ninelives::bench {
namespace {

constexpr std::chrono::seconds time_to_end{10};

[[noreturn]] void run(const std::function<void()>& body, pid_t parent, int end_signal) {
  ::prctl(PR_SET_PDEATHSIG, end_signal);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  try {
    body();
    ::_exit(0);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "bench: %s\n", thrown.what());
    ::_exit(1);
  }
}

}  // namespace

Child::Child(const std::function<void()>& body, int end_signal) : end_signal_(end_signal) {
  const pid_t parent = ::getpid();
  std::fflush(nullptr);
  pid_ = check(::fork(), "fork");
  if (pid_ == 0) run(body, parent, end_signal);
}

Child::~Child() {
  if (pid_ == 0) return;
  ::kill(pid_, end_signal_);
  if (end_signal_ != SIGKILL && ended_within(time_to_end)) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Child::ended_within(std::chrono::milliseconds time) {
  const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  pollfd end{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  if (::poll(&end, 1, static_cast<int>(time.count())) <= 0) return false;
  ::waitpid(pid_, &status_, 0);
  pid_ = 0;
  return true;
}

std::string Child::trouble() const {
  if (WIFSIGNALED(status_)) return "ended by signal " + std::to_string(WTERMSIG(status_));
  if (WEXITSTATUS(status_) != 0) return "ended with exit code " + std::to_string(WEXITSTATUS(status_));
  return {};
}

}  // namespace ninelives::bench
