#include "supervisor/os/process_group.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <utility>

#include "supervisor/os/contract.hpp"

namespace ninelives::supervisor {

namespace {

using namespace std::chrono_literals;

void expect_dead_unreaped(pid_t leader) {
  siginfo_t info{};
  const bool child = ::waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  if (!child || info.si_pid != leader) {
    broken_contract("the group of process " + std::to_string(leader) +
                    " was to be killed, but that is not a dead and unreaped child");
  }
}

// waitid() that asks for stopped children only answers ECHILD exactly when it has nothing to wait for, and a
// zombie can no longer stop: the kernel (do_wait in kernel/exit.c) skips zombies unless WEXITED is given. So
// ECHILD means that no child of ours in the group is alive. That speaks for the whole group, not only for our
// children: a member whose parent dies becomes our child, as we are the subreaper, and the kernel moves it
// under the same lock under which the parent turns into a zombie. And no member escapes by forking while it
// is being killed: fork fails when a signal for the group came in between (copy_process in kernel/fork.c).
// Zombies whose tracer has not looked yet count as alive.
bool has_living_member(pid_t leader) {
  siginfo_t info{};
  return ::waitid(P_PGID, static_cast<id_t>(leader), &info, WSTOPPED | WNOHANG | WNOWAIT) == 0;
}

}  // namespace

std::error_code signal_group(pid_t leader, int number) {
  // kill(-1) is everybody and kill(0) is our own group.
  if (leader <= 1) broken_contract("there is no process group " + std::to_string(leader));
  if (::kill(-leader, number) == 0) return {};
  return {errno, std::generic_category()};
}

bool kill_group(pid_t leader) {
  expect_dead_unreaped(leader);
  signal_group(leader, SIGKILL);  // an error changes nothing: whether somebody lives is asked for below
  return !has_living_member(leader);
}

void reap_group(pid_t leader) {
  siginfo_t info{};
  do {
    info.si_pid = 0;
  } while (::waitid(P_PGID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0);
}

Orphan end_orphan(pid_t leader) {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG | WNOWAIT) != 0)
    return Orphan::not_ours;
  if (info.si_pid == 0) {
    ::kill(leader, SIGKILL);  // it may not have a group of its own yet
    signal_group(leader, SIGKILL);
    return Orphan::alive;
  }
  if (!kill_group(leader)) return Orphan::alive;
  ::waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG);
  reap_group(leader);
  return Orphan::ended;
}

// Shared with the timer's handler, which may already be queued when its GroupKill is destroyed.
struct GroupKill::Attempts : std::enable_shared_from_this<Attempts> {
  Attempts(boost::asio::io_context& io, pid_t group, Done when_done)
      : timer(io), leader(group), done(std::move(when_done)) {}

  void schedule() {
    timer.expires_after(interval);
    interval = std::min(interval * 2, std::chrono::microseconds(50ms));
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code&) {
      if (const auto self = weak.lock()) self->attempt();
    });
  }

  void attempt() {
    if (!kill_group(leader)) return schedule();
    std::exchange(done, nullptr)();
  }

  boost::asio::steady_timer timer;
  pid_t leader;
  Done done;
  std::chrono::microseconds interval = 500us;
};

GroupKill::GroupKill(boost::asio::io_context& io, pid_t leader, Done done)
    : attempts_(std::make_shared<Attempts>(io, leader, std::move(done))) {
  attempts_->schedule();
}

GroupKill::~GroupKill() = default;
GroupKill::GroupKill(GroupKill&&) noexcept = default;
GroupKill& GroupKill::operator=(GroupKill&&) noexcept = default;

}  // namespace ninelives::supervisor
