// A traced process that can be led to any of its instructions, and killed or stopped there. Linux, x86-64.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <sys/types.h>
#include <unordered_map>
#include <vector>

#include "ipc/unique_fd.hpp"

namespace ninelives::test::stepkill {

using Address = std::uint64_t;

// The instructions of one operation in the order in which one victim took them.
class Trace {
 public:
  void add(Address address);
  // Where the operation slept, if it did: it cannot go on until somebody else has done something.
  void slept_at_last() { sleeps_.push_back(addresses_.size() - 1); }

  std::size_t size() const { return addresses_.size(); }
  Address operator[](std::size_t index) const { return addresses_[index]; }
  // An instruction not after `index` from where it is near, and that a breakpoint finds soon.
  std::size_t anchor(std::size_t index) const { return anchors_[index]; }
  // How often it was reached before.
  std::size_t times_before(std::size_t index) const { return times_before_[index]; }
  const std::vector<std::size_t>& sleeps() const { return sleeps_; }
  // Has a loop been taken in just this way several times before? Polling takes it thousands of times.
  bool repeats_itself_at(std::size_t index) const;

 private:
  std::vector<Address> addresses_;
  std::vector<std::size_t> anchors_;
  std::vector<std::size_t> sleeps_;
  std::vector<std::size_t> times_before_;
  std::unordered_map<Address, std::size_t> times_;
};

class Victim {
 public:
  using Wake = std::function<void()>;  // does what the sleeping victim waits for
  enum class Stop { trapped, asleep };

  // `process` is the caller's child, stopped under its trace.
  explicit Victim(pid_t process);
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;
  ~Victim();

  pid_t process() const { return process_; }

  // Runs to the next stop_for_the_test().
  void run_to_stop();
  // From there, one instruction after the other, until the operation has returned.
  Trace record(const Wake& wake);
  // To the instruction at `index` of the trace. False: the operation has returned before.
  bool lead_to(const Trace& trace, std::size_t index, const Wake& wake);
  // Into the system call in which it then sleeps.
  void lead_into_sleep();

  Address at() const;
  void kill();
  // SIGSTOP; it is not traced any more.
  void stop();

 private:
  Stop resume(int request);
  Stop wait_for_stop();
  bool is_asleep() const;
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

// The address as it stands in the executable, for addr2line; 0 for one that is in a library.
Address in_executable(Address address);

}  // namespace ninelives::test::stepkill
