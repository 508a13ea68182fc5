#include <algorithm>
#include <thread>

#include <ninelives/task.hpp>

#include "worker/process.hpp"

namespace ninelives {
namespace detail {

std::size_t processors() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace detail

ChildSpec TaskSupervisor::temporary(ChildSpec program) {
  program.restart = Restart::temporary;
  return program;
}

CallError TaskSupervisor::not_started(const SupervisorError& error) {
  if (const auto* call = std::get_if<CallError>(&error.why)) return *call;
  return {CallError::Kind::noproc, "the task was not started: " + to_string(error)};
}

std::expected<ExitReason, CallError> TaskSupervisor::run(ChildSpec program,
                                                         std::chrono::nanoseconds timeout) const {
  program.type = ChildType::program;
  const auto started = supervisor_.start_child(temporary(std::move(program)));
  if (!started) return std::unexpected(not_started(started.error()));
  if (auto reason = detail::await_end(started->pid, timeout)) return std::move(*reason);
  (void)supervisor_.terminate_child(started->pid);
  return std::unexpected(CallError{CallError::Kind::timeout, "the program has not ended in time"});
}

}  // namespace ninelives
