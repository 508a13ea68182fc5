#include "supervisor/node/conclude.hpp"

#include <signal.h>

namespace ninelives::supervisor {
namespace {

ExitReason end_by_signal(const LastMoments& moments) {
  const ExitStatus& status = moments.status;
  if (status.number == SIGKILL && moments.we_killed_it) return ExitReason::killed();
  if (moments.stop_signal != 0 && status.number == moments.stop_signal) return ExitReason::shutdown();
  return ExitReason::signalled(status.number, status.core_dumped);
}

ExitReason end_by_exit(const LastMoments& moments) {
  const int code = moments.status.number;
  if (moments.own_words && exit_code(*moments.own_words) == code) return *moments.own_words;
  return code == 0 ? ExitReason::normal() : ExitReason::exited(code);
}

}  // namespace

ExitReason conclude(const LastMoments& moments) {
  const bool exited = moments.status.kind == ExitStatus::Kind::exited;
  ExitReason reason = exited ? end_by_exit(moments) : end_by_signal(moments);
  const bool asked = moments.stop_signal != 0 || moments.we_killed_it;
  if (moments.was_ready || asked || reason.kind == ExitReason::Kind::start_failed) return reason;
  return ExitReason::start_failed(to_string(reason));
}

Ending ending_of(const ExitReason& reason) {
  switch (reason.kind) {
    case ExitReason::Kind::normal:
      return Ending::normal;
    case ExitReason::Kind::shutdown:
      return Ending::shutdown;
    default:
      return Ending::abnormal;
  }
}

}  // namespace ninelives::supervisor
