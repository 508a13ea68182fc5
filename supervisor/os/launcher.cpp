#include "supervisor/os/launcher.hpp"

#include <array>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

// glibc's own name of clone(2). The thread sanitizer replaces the other one by a version that takes every
// clone for a fork and so spoils the memory that this child shares with us.
extern "C" int __clone(int (*entry)(void*), void* stack_end, int flags, void* argument, ...) noexcept;

namespace ninelives::supervisor {

namespace {

namespace process = boost::process::v2;
using Path = process::filesystem::path;
using CommandLine = const char* const*;
using boost::system::error_code;

// Keeps the launcher's own signal handlers from running in a child that still shares its memory.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &old_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &old_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t old_;
};

// The types and the initializers' protocol are those of Boost.Process v2; the system calls are ours, because
// in Boost 1.81 its launchers leak descriptors into the child, leave a zombie after a failed exec and run the
// parent's static destructors in the child. clone(CLONE_VM | CLONE_VFORK) does not copy the launcher's page
// tables, so that a large supervisor launches as fast as a small one, and the memory the two share carries
// the child's error back.
class CloneLauncher : public process::posix::default_launcher {
 public:
  template <class... Initializers>
  std::expected<Process, LaunchError> operator()(const Path& executable, CommandLine argv,
                                                 Initializers&&... initializers);

  // For initializers, in the child: turns a system call's result into their answer and remembers which step
  // failed.
  error_code check(int result, const char* step, const char* object = "") noexcept {
    if (result >= 0) return {};
    step_ = step;
    object_ = object;
    error_ = errno;
    return {error_, boost::system::system_category()};
  }

 private:
  template <class Body>
  int run_in_clone(Body& body, int& pidfd);
  LaunchError failure() const { return {std::string(step_) + " " + object_, error_}; }

  const char* step_ = "";
  const char* object_ = "";
  int error_ = 0;
};

template <class Body>
int CloneLauncher::run_in_clone(Body& body, int& pidfd) {
  // The child's stack may be a part of ours: CLONE_VFORK suspends this thread until the child has left it.
  constexpr std::size_t stack_size = std::size_t{64} * 1024;
  alignas(16) std::array<std::byte, stack_size> stack;
  const auto entry = [](void* argument) -> int {
    (*static_cast<Body*>(argument))();
    return 0;
  };
  return ::__clone(entry, stack.data() + stack_size, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &body,
                   &pidfd);
}

template <class... Initializers>
std::expected<Process, LaunchError> CloneLauncher::operator()(const Path& executable, CommandLine argv,
                                                              Initializers&&... initializers) {
  if (const error_code error = process::posix::detail::on_setup(*this, executable, argv, initializers...)) {
    return std::unexpected(LaunchError{"prepare the launch of " + executable.string(), error.value()});
  }
  // AddressSanitizer cannot follow a function that ends in exec on somebody else's stack.
  auto child = [&]() __attribute__((no_sanitize("address", "undefined"))) {
    if (!process::posix::detail::on_exec_setup(*this, executable, argv, initializers...)) {
      check(::execve(executable.c_str(), const_cast<char* const*>(argv), const_cast<char* const*>(env)),
            "execute", executable.c_str());
    }
    ::_exit(127);
  };

  const SignalsBlocked blocked;
  int pidfd = -1;
  pid = run_in_clone(child, pidfd);
  if (pid < 0) return std::unexpected(LaunchError{"create a process", errno});
  Process started{pid, ipc::UniqueFd(pidfd)};
  if (error_ != 0) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return std::unexpected(failure());
  }
  process::posix::detail::on_success(*this, executable, argv, initializers...);
  return started;
}

// The initializers. on_exec_setup runs in the child: async-signal-safe, and no allocation.

struct Environment {
  CommandLine variables;
  error_code on_setup(CloneLauncher& launcher, const Path&, CommandLine&) const {
    launcher.env = variables;
    return {};
  }
};

struct OwnProcessGroup {
  error_code on_exec_setup(CloneLauncher& launcher, const Path&, CommandLine&) const noexcept {
    return launcher.check(::setpgid(0, 0), "make a process group for", "the child");
  }
};

// After OwnProcessGroup: a signal that is pending here was sent to the launcher's group, and is not for the
// child.
struct DefaultSignals {
  error_code on_exec_setup(CloneLauncher&, const Path&, CommandLine&) const noexcept {
    reset_dispositions();
    discard_pending();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    return {};
  }

 private:
  // The bare system call, because sigaction(3) refuses the signals that glibc keeps for itself, and because
  // the thread sanitizer's sigaction keeps its books in memory that is the launcher's. All zero is SIG_DFL.
  static void reset_dispositions() noexcept {
    constexpr std::size_t kernel_set_size = 8;
    const std::array<unsigned long, 8> kernel_default{};
    for (int number = 1; number < NSIG; ++number) {
      ::syscall(SYS_rt_sigaction, number, kernel_default.data(), nullptr, kernel_set_size);
    }
  }

  static void discard_pending() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    const timespec now{};
    while (::sigtimedwait(&all, nullptr, &now) > 0) {
    }
  }
};

struct DieWithParent {
  pid_t parent;
  error_code on_exec_setup(CloneLauncher& launcher, const Path&, CommandLine&) const noexcept {
    if (const auto error =
            launcher.check(::prctl(PR_SET_PDEATHSIG, SIGKILL), "tie to its parent", "the child")) {
      return error;
    }
    // A parent that died before the prctl sends no signal any more.
    if (::getppid() != parent) ::_exit(127);
    return {};
  }
};

struct Stdin {
  int input;
  error_code on_exec_setup(CloneLauncher& launcher, const Path&, CommandLine&) const noexcept {
    if (input >= 0) return launcher.check(::dup2(input, STDIN_FILENO), "redirect", "stdin");
    // Without O_CLOEXEC: when the launcher has no stdin, this descriptor is 0 already.
    const int null = ::open("/dev/null", O_RDONLY);
    if (const auto error = launcher.check(null, "open", "/dev/null")) return error;
    return launcher.check(::dup2(null, STDIN_FILENO), "redirect", "stdin");
  }
};

struct WorkingDirectory {
  const char* directory;
  error_code on_exec_setup(CloneLauncher& launcher, const Path&, CommandLine&) const noexcept {
    if (*directory == '\0') return {};
    return launcher.check(::chdir(directory), "change to the directory", directory);
  }
};

struct OnlyStandardDescriptors {
  error_code on_exec_setup(CloneLauncher& launcher, const Path&, CommandLine&) const noexcept {
    return launcher.check(::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC),
                          "keep our descriptors from", "the child");
  }
};

struct BeforeExec {
  const std::function<void(pid_t)>& callback;
  error_code on_exec_setup(CloneLauncher&, const Path&, CommandLine&) const {
    if (callback) callback(::getpid());
    return {};
  }
};

// The array that execve(2) wants. The strings stay the caller's.
std::vector<const char*> null_terminated(const std::vector<std::string>& strings) {
  std::vector<const char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& string : strings) pointers.push_back(string.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

std::string to_string(const LaunchError& error) {
  return "cannot " + error.stage + ": " + std::generic_category().message(error.error);
}

std::expected<Process, LaunchError> launch(const LaunchPlan& plan) {
  const auto argv = null_terminated(plan.command);
  const auto environment = null_terminated(plan.environment);
  return CloneLauncher()(plan.executable.native(), argv.data(),  //
                         Environment{environment.data()}, OwnProcessGroup{}, DefaultSignals{},
                         DieWithParent{::getpid()}, Stdin{plan.input},
                         WorkingDirectory{plan.directory.c_str()}, OnlyStandardDescriptors{},
                         BeforeExec{plan.before_exec});
}

}  // namespace ninelives::supervisor
