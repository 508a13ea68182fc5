// Watches one child through its pidfd and tells once when it is dead.
//
// It does not reap by itself. The supervisor first writes the death where others see it and calls reap()
// then: a supervisor that is killed in between leaves the zombie, and with it the exit status, to the
// subreaper above.
//
// Owns the pidfd and the duty to reap: destroying a watch before reap() aborts the process, in all builds.
// One thread: the one that runs the io_context, which must outlive the watch.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <sys/types.h>
#include <system_error>

#include "supervisor/os/exit_status.hpp"
#include "supervisor/os/launcher.hpp"

namespace ninelives::supervisor {

class ChildWatch {
 public:
  using Died = std::move_only_function<void(const ExitStatus&)>;

  // `died` is called once, from the io_context; it may reap and destroy the watch.
  ChildWatch(boost::asio::io_context& io, Process child, Died died);
  ~ChildWatch();
  ChildWatch(const ChildWatch&) = delete;
  ChildWatch& operator=(const ChildWatch&) = delete;

  pid_t pid() const { return pid_; }

  // Reaches the child or nobody, at any time; std::errc::no_such_process after reap().
  std::error_code signal(int number);

  // Reaches all of the child's process group, by the group's number. Only the unreaped child keeps that
  // number from being given to strangers: calling this after reap() aborts.
  std::error_code signal_group(int number);

  // After `died` was called: lets the kernel forget the child, and with it the dead orphans of its group.
  // Earlier aborts.
  void reap();

 private:
  enum class State { running, dead, reaped };

  void wait();
  void check();
  std::optional<ExitStatus> peek();

  pid_t pid_;
  boost::asio::posix::stream_descriptor pidfd_;
  boost::asio::steady_timer pause_;
  Died died_;
  State state_ = State::running;
};

}  // namespace ninelives::supervisor
