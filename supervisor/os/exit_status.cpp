#include "supervisor/os/exit_status.hpp"

#include <string.h>

namespace ninelives::supervisor {

namespace {

std::string signal_name(int number) {
  const char* abbreviation = ::sigabbrev_np(number);  // a real-time signal has none
  return abbreviation ? std::string("SIG") + abbreviation : "real-time signal";
}

}  // namespace

ExitStatus ExitStatus::from(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return exited(info.si_status);
  return signaled(info.si_status, info.si_code == CLD_DUMPED);
}

std::string to_string(const ExitStatus& status) {
  const std::string number = std::to_string(status.number);
  if (status.kind == ExitStatus::Kind::exited) return "exit code " + number;
  return "signal " + number + " (" + signal_name(status.number) +
         (status.core_dumped ? ", core dumped)" : ")");
}

}  // namespace ninelives::supervisor
