// The loop of gen_server.erl, one step at a time: which callback a message means, what its return leads to,
// what exit signals and sys requests do to the server. What it does to the outside goes through its Process;
// it waits for nothing, and so runs the same over a mailbox and in a unit test with virtual time.
//
// Between two messages a server is in one of these states:
//
//   running      takes the next message. The inactivity time-out of the last callback is cancelled by any
//                message but a signal; if it is over first: handle_info(Timeout).
//   continuing   the last callback has returned continue_with(...), which comes before anything else
//   suspended    takes signals only; timers, time-out and the infos that signals lead to wait
//   over         the reason to end is known: whoever runs it does not come back
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <variant>

#include <ninelives/detail/server_ops.hpp>
#include <ninelives/ipc/sys.hpp>

#include "ipc/activity.hpp"
#include "ipc/endpoint.hpp"
#include "worker/process.hpp"
#include "worker/tracers.hpp"

namespace ninelives::detail {

class Server {
 public:
  // Why the server is over; nothing: it is not.
  using End = std::optional<ExitReason>;

  Server(Process& process, ServerOps& ops) : process_(process), ops_(ops) {}

  // Only the first time. What init says for whoever has asked for the start is put into `info`. No
  // terminate() follows an end here: nothing has begun.
  End init(std::string& info);

  // What is to be done before the next message is taken: a continue, timers that are due, infos that have
  // waited for a resume.
  End before_message();
  // A message that was taken from the mailbox.
  End handle(const ipc::Received& received);
  // No message waits: the inactivity time-out, if it is over.
  End when_idle();
  // When before_message() or when_idle() has something to do next.
  ipc::Deadline next_deadline() const;

  // The end that one of these has given: terminate(), unless that was called already, and what is logged.
  void leave(const ExitReason& reason);

 private:
  End on_call(const ipc::Received& received);
  End on_cast(const ipc::Received& received);
  End on_info(const ipc::Received& received);
  End on_down(const ipc::Received& received);
  void trace_in(const ipc::Received& received);

  // signals
  void on_link(const Pid& from);
  void on_unlink(const Pid& from);
  End on_exit_signal(const Pid& from, ExitReason reason);
  void on_forward(const ipc::Received& received);

  // sys: server_sys.cpp
  struct Sys;
  End on_system(const ipc::Received& received);
  void set_suspended(bool suspended);
  sys::Status status();

  // infos that are made here
  template <class Info>
  End tell_or_hold(Info info);
  End tell(const Down& down);
  End tell(const Exit& exit);
  End tell(const Response& response);
  End fire(const DueTimer& timer);
  End run_continuation();

  // what a callback has decided
  End own_exit();
  End after(std::string_view what, Outcome outcome);
  End after_call(const Caller& caller, Outcome outcome);
  void answer(const Caller& caller, ipc::Kind kind, std::string_view payload);
  void set_next(const Next& next);
  void begin(ipc::Callback callback, std::uint32_t message = 0) {
    process_.note(callback, message);
    if (message != 0 && callback != ipc::Callback::system) last_message_ = message;
  }
  void done() { process_.note(ipc::Callback::none, 0); }

  // how it ends
  void terminate(const ExitReason& reason);
  std::string in_words(const ExitReason& reason);

  Process& process_;
  ServerOps& ops_;
  Tracers& tracers_ = process_.tracers();
  bool suspended_ = false;
  bool terminated_ = false;
  std::uint32_t last_message_ = 0;
  Local continuation_;
  std::optional<ipc::Deadline> timeout_;                 // the inactivity time-out
  std::deque<std::variant<Down, Exit, Response>> held_;  // while suspended
};

}  // namespace ninelives::detail
