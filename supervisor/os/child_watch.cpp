#include "supervisor/os/child_watch.hpp"

#include <cerrno>
#include <chrono>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <utility>

#include "supervisor/os/contract.hpp"
#include "supervisor/os/pidfd.hpp"
#include "supervisor/os/process_group.hpp"

namespace ninelives::supervisor {

namespace {

// A pidfd is also readable while the child is a zombie that only its tracer can see (ptrace), for as long as
// the tracer likes. Waiting for it again at once would then be a busy loop.
constexpr auto pause_after_spurious_wake = std::chrono::milliseconds(5);

}  // namespace

ChildWatch::ChildWatch(boost::asio::io_context& io, Process child, Died died)
    : pid_(child.pid), pidfd_(io, child.pidfd.get()), pause_(io), died_(std::move(died)) {
  child.pidfd.release();
  wait();
}

ChildWatch::~ChildWatch() {
  if (state_ != State::reaped) {
    broken_contract("the watch of child " + std::to_string(pid_) +
                    " was destroyed before the child was reaped");
  }
}

std::error_code ChildWatch::signal(int number) { return send_signal(pidfd_.native_handle(), number); }

std::error_code ChildWatch::signal_group(int number) {
  if (state_ == State::reaped) {
    broken_contract("process group " + std::to_string(pid_) +
                    " was signalled after its leader had been reaped");
  }
  return supervisor::signal_group(pid_, number);
}

void ChildWatch::reap() {
  if (state_ != State::dead) {
    broken_contract("child " + std::to_string(pid_) +
                    " was to be reaped before its death was reported, or twice");
  }
  siginfo_t info{};
  ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.native_handle()), &info, WEXITED | WNOHANG);
  state_ = State::reaped;
  reap_group(pid_);
}

// No handler can outlive the watch: it is not destroyed before the death was reported, and none is pending
// then.

void ChildWatch::wait() {
  pidfd_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this](const boost::system::error_code& error) {
                      if (!error) check();
                    });
}

void ChildWatch::check() {
  const auto status = peek();
  if (!status) {
    pause_.expires_after(pause_after_spurious_wake);
    pause_.async_wait([this](const boost::system::error_code& error) {
      if (!error) wait();
    });
    return;
  }
  state_ = State::dead;
  auto died = std::exchange(died_, nullptr);
  died(*status);  // last: it may have destroyed the watch
}

std::optional<ExitStatus> ChildWatch::peek() {
  siginfo_t info{};
  const auto pidfd = static_cast<id_t>(pidfd_.native_handle());
  if (::waitid(P_PIDFD, pidfd, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    broken_contract("child " + std::to_string(pid_) + " was reaped behind the back of its watch");
  }
  if (info.si_pid == 0) return std::nullopt;
  return ExitStatus::from(info);
}

}  // namespace ninelives::supervisor
