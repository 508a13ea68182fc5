#include "supervisor/os/launcher.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <set>
#include <signal.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "supervisor/os/descendants.hpp"
#include "supervisor/os/pidfd.hpp"
#include "tests/process/support.hpp"

using namespace ninelives;
using namespace ninelives::supervisor;
using namespace ninelives::test;

namespace {

constexpr auto success = ExitStatus::exited(0);

// What the kernel says about the signals of a child, which copies its own /proc/self/status.
std::string status_of_a_child(const std::filesystem::path& file) {
  REQUIRE(run({"/bin/cp", {"cp", "/proc/self/status", file.string()}, {}, {}, {}}) == success);
  return contents(file);
}

// A child that stands still, a while after its exec, so that its descriptors can be looked at.
class StandingChild {
 public:
  StandingChild() : process_(launch_or_throw(shell("kill -STOP $$"))) {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(process_.pid), &info, WSTOPPED | WEXITED | WNOWAIT);
  }
  ~StandingChild() { put_down(process_.pid); }
  StandingChild(const StandingChild&) = delete;
  StandingChild& operator=(const StandingChild&) = delete;

  std::filesystem::path standard_input() const { return std::filesystem::read_symlink(directory() / "0"); }
  std::set<std::string> descriptors() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory()))
      names.insert(entry.path().filename());
    return names;
  }

 private:
  std::filesystem::path directory() const { return "/proc/" + std::to_string(process_.pid) + "/fd"; }

  Process process_;
};

class EverySignalBlocked {
 public:
  EverySignalBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &old_);
  }
  ~EverySignalBlocked() { ::pthread_sigmask(SIG_SETMASK, &old_, nullptr); }

 private:
  sigset_t old_;
};

LaunchError failure_of(const LaunchPlan& plan) {
  const auto descriptors = open_descriptors();
  const auto child = launch(plan);
  REQUIRE(!child);
  CHECK(!has_children());
  CHECK(open_descriptors() == descriptors);
  return child.error();
}

}  // namespace

TEST_CASE("a child gets exactly the arguments it was given") {
  const TemporaryDirectory directory;
  REQUIRE(run(shell(R"(printf '%s|' "$@" > "$1")", {directory / "out", "two words", "", "*"})) == success);
  CHECK(contents(directory / "out") == (directory / "out").string() + "|two words||*|");
}

TEST_CASE("a child gets exactly the environment it was given") {
  const TemporaryDirectory directory;
  auto plan = shell(R"(/bin/cp /proc/$$/environ "$1"; :)", {directory / "out"});
  plan.environment = {"B=2", "A=one word more"};
  REQUIRE(run(plan) == success);
  CHECK(contents(directory / "out") == std::string("B=2\0A=one word more\0", 20));
}

TEST_CASE("a child starts in its directory, and a relative executable is looked up there") {
  const TemporaryDirectory directory;
  std::filesystem::create_symlink("/bin/sh", directory / "here");
  auto plan = shell("pwd -P > out");
  plan.executable = "./here";
  plan.directory = directory.path();
  REQUIRE(run(plan) == success);
  CHECK(contents(directory / "out") == std::filesystem::canonical(directory.path()).string() + "\n");
}

TEST_CASE("no descriptor but 0, 1 and 2 reaches a child") {
  std::vector<ipc::UniqueFd> leaky;
  for (int i = 0; i < 20; ++i) leaky.emplace_back(::open("/dev/null", O_RDONLY));
  leaky.emplace_back(::fcntl(leaky.front().get(), F_DUPFD, 900));
  const StandingChild child;
  CHECK(child.descriptors() == std::set<std::string>{"0", "1", "2"});
  CHECK((::fcntl(leaky.front().get(), F_GETFD) & FD_CLOEXEC) ==
        0);  // the launcher's own flags are left alone
}

TEST_CASE("a child reads from /dev/null") {
  const StandingChild child;
  CHECK(child.standard_input() == "/dev/null");
}

TEST_CASE("a child reads from /dev/null also when its launcher has no stdin") {
  const ipc::UniqueFd saved(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10));
  ::close(STDIN_FILENO);
  {
    const StandingChild child;
    CHECK(child.standard_input() == "/dev/null");
    CHECK(child.descriptors() == std::set<std::string>{"0", "1", "2"});
  }
  ::dup2(saved.get(), STDIN_FILENO);
}

TEST_CASE("a child has no blocked, ignored or caught signal though its launcher blocks and ignores") {
  const TemporaryDirectory directory;
  std::vector<std::pair<int, sighandler_t>> old;
  for (const int number : {SIGPIPE, SIGHUP, SIGUSR1, SIGRTMIN + 3}) {
    old.emplace_back(number, ::signal(number, SIG_IGN));
  }
  old.emplace_back(SIGUSR2, ::signal(SIGUSR2, [](int) {}));
  std::string status;
  {
    const EverySignalBlocked blocked;
    status = status_of_a_child(directory / "status");
  }
  for (const auto& [number, handler] : old) ::signal(number, handler);
  CHECK_THAT(status, Catch::Contains("SigBlk:\t0000000000000000"));
  CHECK_THAT(status, Catch::Contains("SigIgn:\t0000000000000000"));
  CHECK_THAT(status, Catch::Contains("SigCgt:\t0000000000000000"));
}

TEST_CASE("the launcher's own signal mask and handlers survive a launch") {
  sigset_t mask;
  ::sigemptyset(&mask);
  ::sigaddset(&mask, SIGUSR2);
  ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
  static volatile sig_atomic_t caught = 0;
  ::signal(SIGUSR1, [](int) { caught = 1; });
  REQUIRE(run(shell("exit 0")) == success);
  ::raise(SIGUSR1);
  ::signal(SIGUSR1, SIG_DFL);
  CHECK(caught == 1);
  sigset_t now;
  ::pthread_sigmask(SIG_UNBLOCK, &mask, &now);
  CHECK(::sigismember(&now, SIGUSR2) == 1);
  CHECK(::sigismember(&now, SIGTERM) == 0);
}

// The body of a process that leads a group of its own and is signalled without a pause while it launches. Its
// exit code: 0, or what went wrong.
[[noreturn]] void launch_under_fire() {
  static volatile sig_atomic_t ran_elsewhere = 0;  // the launching child shares this memory
  static const pid_t self = ::getpid();
  ::setpgid(0, 0);
  ::signal(SIGUSR1, SIG_IGN);
  const pid_t gunner = ::fork();
  if (gunner == 0) {
    for (;;) ::kill(0, SIGUSR1);
  }
  ::signal(SIGUSR1, [](int) { ran_elsewhere = ran_elsewhere || ::getpid() != self; });
  bool all_succeeded = true;
  for (int i = 0; i < 20; ++i) all_succeeded &= run({"/bin/true", {"true"}, {}, {}, {}}) == success;
  put_down(gunner);
  ::_exit((ran_elsewhere ? 1 : 0) + (all_succeeded ? 0 : 2));
}

TEST_CASE("a signal to the launcher's group neither runs its handler in a new child nor kills the child") {
  const pid_t launcher = ::fork();
  if (launcher == 0) launch_under_fire();
  int status = -1;
  ::waitpid(launcher, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a child leads a process group of its own by the time launch returns") {
  const auto child = launch_or_throw(sleeper());
  CHECK(::getpgid(child.pid) == child.pid);
  CHECK((::fcntl(child.pidfd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  put_down(child.pid);
}

TEST_CASE("before_exec runs in the child with the child's pid and writes into the launcher's memory") {
  pid_t told = 0;
  pid_t ran_in = 0;
  auto plan = sleeper();
  plan.before_exec = [&](pid_t pid) {
    told = pid;
    ran_in = ::getpid();
  };
  const auto child = launch_or_throw(plan);
  CHECK(told == child.pid);
  CHECK(ran_in == child.pid);
  put_down(child.pid);
}

TEST_CASE("a launch that fails names what failed and leaves no zombie and no descriptor") {
  const TemporaryDirectory directory;
  const std::string plain = directory / "plain";
  std::ofstream(plain) << "not a program";
  const auto execute = [](const std::string& file) { return LaunchPlan{file, {file}, {}, {}, {}}; };

  CHECK(to_string(failure_of(execute("/nonexistent/x"))) ==
        "cannot execute /nonexistent/x: No such file or directory");
  CHECK(to_string(failure_of(execute(plain))) == "cannot execute " + plain + ": Permission denied");
  CHECK(to_string(failure_of(execute(plain + "/x"))) == "cannot execute " + plain + "/x: Not a directory");
  ::chmod(plain.c_str(), 0700);
  CHECK(to_string(failure_of(execute(plain))) == "cannot execute " + plain + ": Exec format error");

  auto nowhere = sleeper();
  nowhere.directory = directory / "nowhere";
  const auto error = failure_of(nowhere);
  CHECK(error.error == ENOENT);
  CHECK(to_string(error) ==
        "cannot change to the directory " + nowhere.directory.string() + ": No such file or directory");
}

TEST_CASE("a child dies with its launcher") {
  become_subreaper();
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  const pid_t launcher = ::fork();
  if (launcher == 0) {
    const auto child = launch(sleeper());
    std::ofstream(channel.path()) << (child ? child->pid : -1) << std::endl;
    for (;;) ::pause();
  }
  const pid_t child = channel.read_pid();
  const auto pidfd = open_pidfd(child);
  REQUIRE(pidfd);
  put_down(launcher);
  CHECK(dies(pidfd));
  CHECK(reap_orphans({}) == std::vector{child});
  CHECK(!has_children());
}

TEST_CASE("two hundred launches leave no descriptor and no child behind") {
  const auto descriptors = open_descriptors();
  for (int i = 0; i < 200; ++i) REQUIRE(run({"/bin/true", {"true"}, {}, {}, {}}) == success);
  CHECK(open_descriptors() == descriptors);
  CHECK(!has_children());
}
