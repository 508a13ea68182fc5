// A traced process that can be led to any of its instructions, and killed or stopped there. Linux, x86-64.
#pragma once
#include <cstdint>
#include <functional>
#include <sys/types.h>
#include <utility>

#include "ipc/unique_fd.hpp"
#include "tests/stepkill/trace.hpp"

namespace ninelives::test::stepkill {

// Thrown by a `wake` that wakes nobody: the victim stays asleep where it is.
struct Asleep {};

class Victim {
 public:
  using Wake = std::function<void()>;  // does what the sleeping victim waits for
  enum class Stop { trapped, asleep };

  // `process` is the caller's child, stopped under its trace.
  explicit Victim(pid_t process);
  Victim(Victim&& other) noexcept
      : process_(std::exchange(other.process_, 0)), state_(std::move(other.state_)) {}
  Victim& operator=(Victim&&) = delete;
  ~Victim();

  pid_t process() const { return process_; }

  // Runs to the next stop_for_the_test().
  void run_to_stop();
  // From there, one instruction after the other, until the operation has returned, or
  // sleeps and is not woken. `changed` says after each
  // whether anything outside has changed, and is told whether it was a system call.
  using Changed = std::function<bool(bool by_system_call)>;
  Trace record(const Wake& wake, const Changed& changed);
  // To the instruction at `index` of the trace. False: the operation has returned before.
  bool lead_to(const Trace& trace, std::size_t index, const Wake& wake);
  // Into the system call in which it then sleeps.
  void lead_into_sleep();

  Address at() const;
  void kill();
  // SIGSTOP; it is not traced any more.
  void stop();
  // It goes on by itself, stopped or not, and is not traced any more.
  void let_go();

 private:
  Stop resume(int request);
  Stop wait_for_stop();
  void hold_asleep();
  bool is_asleep() const;
  bool is_at_system_call() const;
  void step(const Wake& wake);
  void wake_up(const Wake& wake);
  bool run_to(Address address, std::size_t times_before, const Wake& wake);
  void cont(const Wake& wake);
  void set_at(Address address);
  std::uint64_t peek(Address address) const;
  void poke(Address address, std::uint64_t word);
  [[noreturn]] void fail(const char* what) const;

  pid_t process_;
  ipc::UniqueFd state_;
};

// Nobody hears of a stop but through waitpid and SIGCHLD, which a thread can await only while it is blocked.
// For the beginning of a process, before it has threads.
void await_stops_by_signal();

// May this process trace its children? Some containers forbid it.
bool tracing_is_allowed();

// The address as it stands in the executable, for addr2line; 0 for one that is in a library.
Address in_executable(Address address);

}  // namespace ninelives::test::stepkill
