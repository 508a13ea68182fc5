#include "supervisor/os/descendants.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <signal.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/proc.hpp"
#include "supervisor/os/process_group.hpp"
#include "tests/process/support.hpp"

using namespace ninelives;
using namespace ninelives::supervisor;
using namespace ninelives::test;

namespace {

// A child that is dead and not reaped, for as long as the test needs.
class Zombie {
 public:
  explicit Zombie(const LaunchPlan& plan) : child_(launch_or_throw(plan)) { REQUIRE(dies(child_.pidfd)); }
  ~Zombie() { reap(); }

  pid_t pid() const { return child_.pid; }
  void reap() {
    if (child_.pid <= 0) return;
    ::waitpid(child_.pid, nullptr, 0);
    reap_group(child_.pid);
    child_.pid = -1;
  }

 private:
  Process child_;
};

// Kills the group the way a supervisor does: at once, or over the io_context.
bool kill_whole_group(pid_t leader) {
  if (kill_group(leader)) return true;
  boost::asio::io_context io;
  bool done = false;
  const GroupKill rest(io, leader, [&] { done = true; });
  return run_until(io, [&] { return done; });
}

// A sleeping process in a session of its own whose parents are gone; its pid comes through the channel.
LaunchPlan daemon_maker(const Channel& channel, const std::vector<std::string>& marks) {
  auto plan =
      shell(R"((setsid sh -c 'echo $$ > "$1"; exec sleep 600' sh "$1" &) ; exit 0)", {channel.path()});
  plan.environment.insert(plan.environment.end(), marks.begin(), marks.end());
  return plan;
}

struct Daemon {
  explicit Daemon(Channel& channel) : pid(channel.read_pid()), pidfd(open_pidfd(pid)) { REQUIRE(pidfd); }
  bool is_alive() const {
    pollfd poll{pidfd.get(), POLLIN, 0};
    return ::poll(&poll, 1, 0) == 0;
  }

  pid_t pid;
  ipc::UniqueFd pidfd;
};

// Sweeps until nobody marked is left, as a supervisor does.
std::vector<pid_t> sweep_all(const std::vector<std::string>& markers, const std::vector<pid_t>& except = {}) {
  std::vector<pid_t> killed;
  for (;;) {
    const Sweep sweep = kill_marked(markers, except);
    killed.insert(killed.end(), sweep.killed.begin(), sweep.killed.end());
    if (sweep.complete && sweep.killed.empty()) break;
  }
  std::ranges::sort(killed);
  killed.erase(std::ranges::unique(killed).begin(), killed.end());  // one that is dying may be found again
  return killed;
}

const std::string node = "NINELIVES_NODE=/dev/shm/ninelives-test-" + std::to_string(::getpid());

}  // namespace

TEST_CASE("a child that was alone leaves an empty group at the first attempt") {
  become_subreaper();
  Zombie child(shell("exit 0"));
  CHECK(kill_group(child.pid()));
}

TEST_CASE("members of a dead child's group die with it, orphans too, and all are reaped") {
  become_subreaper();
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  // The second one is an orphan before the child dies; the third one has a living parent inside the group.
  Zombie child(shell(R"(member='echo $$ > "$1"; exec sleep 600'
      sh -c "$member" sh "$1" &
      (sh -c "$member" sh "$1" &)
      sh -c "sh -c '$member' sh \$1 & wait" sh "$1" &
      exit 0)",
                     {channel.path()}));
  std::vector<ipc::UniqueFd> members;
  for (int i = 0; i < 3; ++i) {
    const pid_t member = channel.read_pid();
    CHECK(::getpgid(member) == child.pid());
    members.push_back(open_pidfd(member));
  }
  CHECK(kill_whole_group(child.pid()));
  for (const auto& member : members) CHECK(dies(member));
  child.reap();
  CHECK(!has_children());
}

TEST_CASE("a stopped member is not taken for a dead one") {
  become_subreaper();
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  Zombie child(shell(R"((sh -c 'echo $$ > "$1"; kill -STOP $$; :' sh "$1" &) ; exit 0)", {channel.path()}));
  const pid_t member = channel.read_pid();
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(member), &info, WSTOPPED | WNOWAIT) == 0);
  CHECK(kill_whole_group(child.pid()));
  CHECK(::waitid(P_PID, static_cast<id_t>(member), &info, WEXITED | WNOHANG | WNOWAIT) == 0);
  CHECK(info.si_pid == member);
  CHECK(info.si_status == SIGKILL);
  child.reap();
  CHECK(!has_children());
}

TEST_CASE("a group that forks all the time does not outrun its killing") {
  become_subreaper();
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  Zombie child(shell(R"(for i in 1 2 3 4; do (while :; do (:) & done) & done; echo $$ > "$1"; kill -KILL $$)",
                     {channel.path()}));
  channel.read_line();
  CHECK(kill_whole_group(child.pid()));
  child.reap();
  CHECK(!has_children());
}

TEST_CASE("a group is not killed while its leader lives or when it is not ours") {
  const auto child = launch_or_throw(sleeper());
  CHECK(aborts([&] { kill_group(child.pid); }));  // in the copy it is nobody's child
  put_down(child.pid);
  CHECK(aborts([&] {
    const auto alive = launch_or_throw(sleeper());
    kill_group(alive.pid);
  }));
  CHECK(aborts([&] { kill_group(child.pid); }));
  CHECK(aborts([] { supervisor::signal_group(1, 0); }));
}

TEST_CASE("a cancelled group kill does not call back") {
  become_subreaper();
  Zombie child(shell("exit 0"));
  boost::asio::io_context io;
  bool done = false;
  {
    const GroupKill cancelled(io, child.pid(), [&] { done = true; });
  }
  io.run();
  CHECK(!done);
}

TEST_CASE("a daemon that escaped is found by its marks, and nobody with other marks is") {
  become_subreaper();
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  Zombie child(daemon_maker(channel, {"NINELIVES_SLOT=7", node}));
  const Daemon escaped(channel);
  Zombie other_child(daemon_maker(channel, {"NINELIVES_SLOT=70", node}));
  const Daemon other(channel);
  CHECK(::getpgid(escaped.pid) == escaped.pid);
  CHECK(kill_whole_group(child.pid()));
  CHECK(escaped.is_alive());

  const std::vector<std::string> slot_of_node{"NINELIVES_SLOT=7", node};
  CHECK(sweep_all(slot_of_node, {escaped.pid}).empty());
  CHECK(escaped.is_alive());
  CHECK(sweep_all(slot_of_node) == std::vector{escaped.pid});
  CHECK(dies(escaped.pidfd));
  CHECK(other.is_alive());
  CHECK(sweep_all({node}) == std::vector{other.pid});
  CHECK(dies(other.pidfd));

  const auto orphans = reap_orphans(std::vector{child.pid(), other_child.pid()});
  CHECK_THAT(orphans, Catch::VectorContains(escaped.pid) && Catch::VectorContains(other.pid));
  CHECK_THAT(orphans, !Catch::VectorContains(child.pid()) && !Catch::VectorContains(other_child.pid()));
  child.reap();
  other_child.reap();
  CHECK(!has_children());
}

TEST_CASE("a marked process that execs all the time is not overlooked") {
  const TemporaryDirectory directory;
  const auto script = directory / "restless";
  std::ofstream(script) << "#!/bin/sh\nexec \"$0\"\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  for (int round = 0; round < 20; ++round) {
    const std::string mark = node + "." + std::to_string(round);
    const auto child = launch_or_throw({script, {script}, {mark}, {}, {}});
    CHECK(sweep_all({mark}) == std::vector{child.pid});
    put_down(child.pid);
  }
}

// Its memory takes some milliseconds to let go of; its files are closed afterwards.
TEST_CASE("a process that is being killed is not taken for dead before it is") {
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  const pid_t pid = ::fork();
  if (pid == 0) {
    constexpr std::size_t much = std::size_t{256} << 20;
    ::mmap(nullptr, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    std::ofstream(channel.path()) << "here\n";
    for (;;) ::pause();
  }
  const ipc::UniqueFd pidfd = open_pidfd(pid);
  channel.read_line();
  REQUIRE_FALSE(environment_of(pid).value_or("").empty());
  ::kill(pid, SIGKILL);
  while (environment_of(pid) != "") {
  }
  pollfd poll{pidfd.get(), POLLIN, 0};
  CHECK(::poll(&poll, 1, 0) == 1);
  put_down(pid);
}

TEST_CASE("whoever has no descriptor to look with does not say that nobody is marked") {
  const auto child = launch_or_throw(sleeper());
  const std::string mark = node + ".unseen";
  const auto marked = launch_or_throw({"/bin/sleep", {"sleep", "600"}, {mark}, {}, {}});
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  // None at all; or one, which does for looking and not for the pidfd besides.
  const auto free_descriptor = static_cast<rlim_t>(ipc::UniqueFd(::open("/dev/null", O_RDONLY)).get());
  bool was_killed = false;  // with one descriptor, it may be
  for (rlim_t left = 0; left <= 1; ++left) {
    CAPTURE(left);
    const rlimit low{free_descriptor + left, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    const Sweep sweep = kill_marked({mark});
    ::setrlimit(RLIMIT_NOFILE, &limit);
    CHECK((!sweep.complete || !sweep.killed.empty()));
    was_killed |= !sweep.killed.empty();
  }
  CHECK((was_killed || kill_marked({mark}).killed == std::vector{marked.pid}));
  put_down(marked.pid);
  put_down(child.pid);
}

TEST_CASE("no marks at all mark nobody") {
  const auto child = launch_or_throw(sleeper());
  CHECK(kill_marked(Markers{}).killed.empty());
  CHECK(!send_signal(child.pidfd.get(), 0));
  put_down(child.pid);
}

TEST_CASE("an orphan without any mark is found at the end, and the known children are left alone") {
  become_subreaper();
  const TemporaryDirectory directory;
  Channel channel(directory / "channel");
  const auto known = launch_or_throw(sleeper());
  Zombie child(daemon_maker(channel, {}));
  const Daemon orphan(channel);
  CHECK(kill_orphans(std::vector{known.pid, child.pid()}) == std::vector{orphan.pid});
  CHECK(dies(orphan.pidfd));
  CHECK(reap_orphans(std::vector{known.pid, child.pid()}) == std::vector{orphan.pid});
  siginfo_t info{};
  CHECK(::waitid(P_PID, static_cast<id_t>(known.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0);
  CHECK(info.si_pid == 0);
  put_down(known.pid);
}

TEST_CASE("a known dead child is never reaped among the orphans") {
  become_subreaper();
  Zombie known(shell("exit 3"));
  CHECK(reap_orphans(std::vector{known.pid()}).empty());
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(known.pid()), &info, WEXITED | WNOHANG | WNOWAIT) == 0);
  CHECK(info.si_pid == known.pid());
  CHECK(info.si_status == 3);
}

TEST_CASE("a subreaper keeps exit statuses although SIGCHLD was ignored when it started") {
  ::signal(SIGCHLD, SIG_IGN);
  become_subreaper();
  CHECK(run(shell("exit 4")) == ExitStatus::exited(4));
}
