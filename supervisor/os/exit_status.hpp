// How a process ended, as the kernel tells it: by its own exit code or by a signal. Boost.Process merges the
// two into one number (exit 9 and SIGKILL are both 9), hence this type.
#pragma once
#include <signal.h>
#include <string>

namespace ninelives::supervisor {

struct ExitStatus {
  enum class Kind { exited, signaled };

  Kind kind = Kind::exited;
  int number = 0;  // the exit code, 0 to 255, or the signal's number
  bool core_dumped = false;

  static constexpr ExitStatus exited(int code) { return {Kind::exited, code, false}; }
  static constexpr ExitStatus signaled(int number, bool core_dumped = false) {
    return {Kind::signaled, number, core_dumped};
  }
  // From what waitid(2) with WEXITED filled in.
  static ExitStatus from(const siginfo_t& info);

  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

std::string to_string(const ExitStatus& status);  // "exit code 3", "signal 11 (SIGSEGV, core dumped)"

}  // namespace ninelives::supervisor
