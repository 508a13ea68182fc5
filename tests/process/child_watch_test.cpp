#include "supervisor/os/child_watch.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <memory>
#include <optional>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/os/descendants.hpp"
#include "supervisor/os/exit_status.hpp"
#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/signals.hpp"
#include "tests/process/support.hpp"

using namespace ninelives;
using namespace ninelives::supervisor;
using namespace ninelives::test;

namespace {

// A watched child and what was reported about it.
struct Watched {
  explicit Watched(const LaunchPlan& plan)
      : watch(io, launch_or_throw(plan), [this](const ExitStatus& status) {
          died = status;
          ++reports;
        }) {}
  ~Watched() {
    watch.signal(SIGKILL);
    if (!reaped && run_until(io, [this] { return died.has_value(); })) watch.reap();
  }

  bool wait() {
    return run_until(io, [this] { return died.has_value(); });
  }
  void reap() {
    reaped = true;
    watch.reap();
  }

  boost::asio::io_context io;
  std::optional<ExitStatus> died;
  int reports = 0;
  bool reaped = false;
  ChildWatch watch;
};

bool is_zombie(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid;
}

}  // namespace

TEST_CASE("exit code and signal are told apart") {
  CHECK(run(shell("exit 0")) == ExitStatus::exited(0));
  CHECK(run(shell("exit 9")) == ExitStatus::exited(9));
  CHECK(run(shell("exit 255")) == ExitStatus::exited(255));
  CHECK(run(shell("kill -KILL $$")) == ExitStatus::signaled(SIGKILL));
  CHECK(run(shell("kill -TERM $$")) == ExitStatus::signaled(SIGTERM));
}

TEST_CASE("a dumped core is told apart from a death without one") {
  siginfo_t info{};
  info.si_code = CLD_DUMPED;
  info.si_status = SIGSEGV;
  CHECK(ExitStatus::from(info) == ExitStatus::signaled(SIGSEGV, true));
  info.si_code = CLD_KILLED;
  CHECK(ExitStatus::from(info) == ExitStatus::signaled(SIGSEGV, false));
}

TEST_CASE("an exit status reads well") {
  CHECK(to_string(ExitStatus::exited(3)) == "exit code 3");
  CHECK(to_string(ExitStatus::signaled(SIGKILL)) == "signal 9 (SIGKILL)");
  CHECK(to_string(ExitStatus::signaled(SIGSEGV, true)) == "signal 11 (SIGSEGV, core dumped)");
  CHECK(to_string(ExitStatus::signaled(40)) == "signal 40 (real-time signal)");
}

TEST_CASE("a death is reported once, and the child stays a zombie until it is reaped") {
  Watched child(shell("exit 7"));
  REQUIRE(child.wait());
  CHECK(child.died == ExitStatus::exited(7));
  CHECK(is_zombie(child.watch.pid()));
  child.reap();
  CHECK(!has_children());
  child.io.restart();
  child.io.run();
  CHECK(child.reports == 1);
}

TEST_CASE("reaping a child also reaps the dead orphans of its group") {
  become_subreaper();
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  Watched child(shell(R"((sh -c 'echo $$ > "$1"; exec sleep 600' sh "$1" &) ; exit 0)", {channel.path()}));
  const auto orphan = open_pidfd(channel.read_pid());
  REQUIRE(child.wait());
  child.watch.signal_group(SIGKILL);
  REQUIRE(dies(orphan));
  child.reap();
  CHECK(!has_children());
}

TEST_CASE("nothing is reported while the child lives, not even when it is stopped and continued") {
  Watched child(sleeper());
  child.watch.signal(SIGSTOP);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child.watch.pid()), &info, WSTOPPED) == 0);
  child.watch.signal(SIGCONT);
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child.watch.pid()), &info, WCONTINUED) == 0);
  child.io.poll();
  CHECK(!child.died);
  CHECK(!child.watch.signal(SIGTERM));
  REQUIRE(child.wait());
  CHECK(child.died == ExitStatus::signaled(SIGTERM));
}

TEST_CASE("a watch may be reaped and destroyed in its own report") {
  boost::asio::io_context io;
  std::unique_ptr<ChildWatch> watch;
  watch = std::make_unique<ChildWatch>(io, launch_or_throw(shell("exit 0")), [&](const ExitStatus&) {
    watch->reap();
    watch.reset();
  });
  CHECK(run_until(io, [&] { return !watch; }));
  CHECK(!has_children());
}

TEST_CASE("a signal to the group reaches the child's own children") {
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  Watched child(shell(R"(trap 'wait; exit 5' TERM; sh -c 'echo $$ > "$1"; exec sleep 600' sh "$1" & wait)",
                      {channel.path()}));
  const pid_t grandchild = channel.read_pid();
  CHECK(::getpgid(grandchild) == child.watch.pid());
  CHECK(!child.watch.signal_group(SIGTERM));
  REQUIRE(child.wait());
  CHECK(child.died == ExitStatus::exited(5));  // it has seen its own child end
}

TEST_CASE("a signal to a reaped child reaches nobody") {
  Watched child(shell("exit 0"));
  REQUIRE(child.wait());
  CHECK(!child.watch.signal(SIGKILL));  // a zombie takes any signal
  child.reap();
  CHECK(child.watch.signal(SIGKILL) == std::errc::no_such_process);
}

TEST_CASE("a zombie that its tracer holds back is neither reported nor waited for in a busy loop") {
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  Watched child(sleeper());
  const pid_t tracer = ::fork();
  if (tracer == 0) {
    const long seized = ::ptrace(PTRACE_SEIZE, child.watch.pid(), nullptr, nullptr);
    std::ofstream(channel.path()) << seized << std::endl;
    for (;;) ::pause();
  }
  if (channel.read_line() != "0") {
    WARN("not tested: ptrace is not allowed here");
  } else {
    child.watch.signal(SIGKILL);
    const auto handlers = child.io.run_for(std::chrono::milliseconds(100));
    CHECK(!child.died);
    CHECK(handlers > 0);
    CHECK(handlers < 100);
  }
  put_down(tracer);
  child.watch.signal(SIGKILL);
  REQUIRE(child.wait());
  CHECK(child.died == ExitStatus::signaled(SIGKILL));
}

TEST_CASE("breaking the contract of a watch aborts") {
  CHECK(aborts([] {
    boost::asio::io_context io;
    const ChildWatch running(io, launch_or_throw(sleeper()), [](const ExitStatus&) {});
  }));
  CHECK(aborts([] {
    boost::asio::io_context io;
    bool dead = false;
    const ChildWatch unreaped(io, launch_or_throw(shell("exit 0")), [&](const ExitStatus&) { dead = true; });
    run_until(io, [&] { return dead; });
  }));
  CHECK(aborts([] {
    Watched alive(sleeper());
    alive.watch.reap();
  }));
  CHECK(aborts([] {
    Watched child(shell("exit 0"));
    child.wait();
    child.reap();
    child.watch.signal_group(SIGKILL);
  }));
  CHECK(aborts([] {
    Watched child(shell("exit 0"));
    child.wait();
    child.reap();
    child.watch.reap();
  }));
}

TEST_CASE("signals arrive as events, also again and also when they were blocked at the start") {
  boost::asio::io_context io;
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  std::vector<int> received;
  const Signals signals(io, {SIGTERM, SIGINT}, [&](int number) { received.push_back(number); });
  ::raise(SIGTERM);
  REQUIRE(run_until(io, [&] { return received.size() == 1; }));
  ::raise(SIGINT);
  REQUIRE(run_until(io, [&] { return received.size() == 2; }));
  ::raise(SIGTERM);
  REQUIRE(run_until(io, [&] { return received.size() == 3; }));
  CHECK(received == std::vector{SIGTERM, SIGINT, SIGTERM});
}

TEST_CASE("a SIGHUP that was ignored at the start stays ignored") {
  const auto old = ::signal(SIGHUP, SIG_IGN);
  boost::asio::io_context io;
  std::vector<int> received;
  {
    const Signals signals(io, {SIGHUP, SIGINT}, [&](int number) { received.push_back(number); });
    ::raise(SIGHUP);
    ::raise(SIGINT);
    CHECK(run_until(io, [&] { return !received.empty(); }));
  }
  ::signal(SIGHUP, old);
  CHECK(received == std::vector{SIGINT});
}

TEST_CASE("signals are still received after a launch, and one for the child is not taken for ours") {
  boost::asio::io_context io;
  std::vector<int> received;
  const Signals signals(io, {SIGTERM}, [&](int number) { received.push_back(number); });
  auto plan = sleeper();
  plan.before_exec = [](pid_t pid) { ::kill(pid, SIGTERM); };
  CHECK(run(plan) == ExitStatus::signaled(SIGTERM));
  io.poll();
  CHECK(received.empty());
  ::raise(SIGTERM);
  CHECK(run_until(io, [&] { return received.size() == 1; }));
}
