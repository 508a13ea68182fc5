#include "supervisor/node/conclude.hpp"

#include <signal.h>

namespace ninelives::supervisor {
namespace {

ExitReason end_by_signal(const LastMoments& moments) {
  const ExitStatus& status = moments.status;
  if (status.number == SIGKILL && moments.killed_for) return *moments.killed_for;
  if (status.number == SIGKILL && moments.we_killed_it) return ExitReason::killed();
  if (moments.stop_signal != 0 && status.number == moments.stop_signal) return ExitReason::shutdown();
  return ExitReason::signalled(status.number, status.core_dumped);
}

ExitReason end_by_exit(const LastMoments& moments) {
  const int code = moments.status.number;
  if (moments.own_words && exit_code(*moments.own_words) == code) return *moments.own_words;
  if (code == 0 && moments.stop_signal != 0) return ExitReason::shutdown();  // it did as it was asked
  return code == 0 ? ExitReason::normal() : ExitReason::exited(code);
}

}  // namespace

ExitReason conclude(const LastMoments& moments) {
  const bool exited = moments.status.kind == ExitStatus::Kind::exited;
  ExitReason reason = exited ? end_by_exit(moments) : end_by_signal(moments);
  using Kind = ExitReason::Kind;
  const bool asked = moments.stop_signal != 0 || moments.we_killed_it;
  const bool says_it_all = reason.kind == Kind::start_failed || reason.kind == Kind::ignored;
  if (moments.was_ready || asked || says_it_all) return reason;
  return ExitReason::start_failed(to_string(reason));
}

Ending ending_of(const ExitReason& reason) {
  switch (reason.kind) {
    case ExitReason::Kind::normal:
      return Ending::normal;
    case ExitReason::Kind::shutdown:
      return reason.text.empty() ? Ending::shutdown : Ending::shutdown_with_text;
    case ExitReason::Kind::killed:
      return Ending::killed;
    case ExitReason::Kind::ignored:
      return Ending::ignored;
    default:
      return Ending::abnormal;
  }
}

}  // namespace ninelives::supervisor
