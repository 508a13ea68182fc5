// What a thread is as a process of a node: whom it can reach, and what holds for it alone
// (erlang:process_flag, links, timers). There is one for each thread that is one: a worker's, a guest's
// (node_process.hpp), or, in a unit test, one that is in no node at all (virtual_node.hpp).
#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ninelives/detail/sending.hpp>
#include <ninelives/from.hpp>

#include "ipc/activity.hpp"
#include "ipc/deadline.hpp"
#include "ipc/endpoint.hpp"
#include "ipc/forward.hpp"
#include "worker/links.hpp"
#include "worker/timer_queue.hpp"
#include "worker/tracers.hpp"

namespace ninelives::detail {

class RegistryReaders;

// The ref of an exit signal that a process which traps exits has sent itself: a message from the moment on in
// which it was sent, whatever the process traps when it takes it.
inline constexpr std::uint64_t trapped_already = 1;

class Process {
 public:
  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  virtual ~Process();

  // From now on this thread is that process; or none, with null. Returns what it was before.
  static Process* make_current(Process* process);
  // Null: this thread is no process of any node. Nor is a forked child, which has its parent's memory but
  // nothing of the mailbox.
  static Process* current();

  // ---- who and when

  virtual Pid self() const = 0;
  virtual std::string name() const = 0;  // for people
  virtual ipc::Deadline now() const = 0;
  virtual std::expected<Pid, SendError> whereis(Target& target) = 0;
  virtual Pid supervisor() const = 0;
  // Does it take signals? A program that has attached does not: nothing ends it from outside.
  virtual bool takes_signals() const { return true; }
  // Null: it is in no node, and there is no registry.
  virtual RegistryReaders* registries() { return nullptr; }

  // ---- sending

  virtual std::expected<void, SendError> send(Target& target, ipc::Kind kind, const MessageType& message,
                                              const ipc::Payload& payload,
                                              std::chrono::nanoseconds patience) = 0;
  // To that life alone: signals, and what only it asked for.
  virtual std::expected<void, SendError> send(const Pid& to, const ipc::Message& message,
                                              std::chrono::nanoseconds patience) = 0;
  virtual void reply(const Pid& to, ipc::Kind kind, std::uint64_t ref, std::string_view payload) = 0;

  // ---- calling; the reply's bytes are valid until the next call

  virtual std::expected<std::string_view, CallError> call(Target& target, Asks asks,
                                                          const MessageType& message,
                                                          const ipc::Payload& payload,
                                                          std::chrono::nanoseconds patience) = 0;
  virtual std::uint64_t send_request(Target& target, const MessageType& message, const ipc::Payload& payload,
                                     std::chrono::nanoseconds patience) = 0;
  virtual std::uint64_t add_failed_request(CallError error) = 0;
  virtual std::optional<ReplyBytes> wait_response(std::uint64_t request,
                                                  std::chrono::nanoseconds patience) = 0;
  virtual std::optional<std::uint64_t> wait_any(std::span<const std::uint64_t> requests,
                                                std::chrono::nanoseconds patience) = 0;
  virtual void abandon(std::uint64_t request) = 0;

  // ---- watching others

  virtual std::uint64_t monitor(const Pid& pid, ipc::MonitorFor what) = 0;
  virtual void demonitor(std::uint64_t ref) = 0;
  virtual std::expected<void, SendError> kill(const Pid& pid) = 0;
  virtual std::optional<ExitReason> await_end(const Pid& pid, std::chrono::nanoseconds patience) = 0;

  // ---- what others see of it

  // A callback begins, or, with `none`, has ended.
  virtual void note(ipc::Callback callback, std::uint32_t message) = 0;
  virtual void note_bad_message() = 0;
  virtual sys::Statistics statistics() const = 0;
  // While it is suspended nothing but signals is received; nor are exit signals, if it keeps them.
  virtual void suspend(bool suspended, bool keeps_exits) = 0;
  // One line for people.
  virtual void log(const std::string& text) = 0;

  // ---- what is its own

  Links& links() { return links_; }
  TimerQueue& timers() { return timers_; }
  Tracers& tracers() { return tracers_; }
  bool trap_exit = false;
  // It has sent itself an exit signal, and traps none: it is over when its callback returns.
  std::optional<ExitReason> own_exit;

 private:
  Links links_;
  TimerQueue timers_;
  Tracers tracers_;
};

}  // namespace ninelives::detail
