// What a server can do besides answering: by the process that it is.
#include <ninelives/genserver.hpp>

#include "worker/process.hpp"

namespace ninelives {

using detail::Process;
using ipc::Kind;

Pid GenServerBase::self() { return detail::self(); }

std::chrono::steady_clock::time_point GenServerBase::now() {
  const Process* process = Process::current();
  return process ? process->now() : ipc::Clock::now();
}

MonitorRef GenServerBase::monitor(const Pid& pid) {
  Process* process = Process::current();
  return process ? MonitorRef{process->monitor(pid, ipc::MonitorFor::down)} : MonitorRef{};
}

void GenServerBase::demonitor(MonitorRef ref) {
  if (Process* process = Process::current()) process->demonitor(ref.number);
}

// ---- links

namespace detail {

// This side's end of it comes first: should the other one die while it is told, the monitor says so.
std::expected<void, SendError> link(const Pid& pid) {
  Process* process = Process::current();
  if (!process || pid == process->self() || process->links().has(pid)) return {};
  process->links().add(pid, process->monitor(pid, ipc::MonitorFor::link), detail::Links::MadeBy::us);
  auto told = process->send(pid, {.kind = Kind::link}, default_timeout);
  // Whoever has ended is no error: the exit signal is on its way.
  if (told || told.error().kind == SendError::Kind::noproc) return {};
  if (const auto monitor = process->links().remove(pid)) process->demonitor(*monitor);
  return told;
}

void unlink(const Pid& pid) {
  Process* process = Process::current();
  const auto monitor = process ? process->links().remove(pid) : std::nullopt;
  if (!monitor) return;
  process->demonitor(*monitor);
  if (process->send(pid, {.kind = Kind::unlink}, default_timeout)) process->links().unlink_was_sent(pid);
}

}  // namespace detail

std::expected<void, SendError> GenServerBase::link(const Pid& pid) { return detail::link(pid); }

void GenServerBase::unlink(const Pid& pid) { detail::unlink(pid); }

bool GenServerBase::trap_exit(bool trap) {
  Process* process = Process::current();
  return process && std::exchange(process->trap_exit, trap);
}

void GenServerBase::exit(const Pid& pid, ExitReason reason) {
  Process* process = Process::current();
  if (!process) return;
  if (pid == process->self() && !process->trap_exit) {
    if (!process->own_exit) process->own_exit = std::move(reason);
    return;
  }
  const std::string payload = to_bytes(reason);
  const std::uint64_t ref = pid == process->self() ? detail::trapped_already : 0;
  (void)process->send(pid, {.kind = Kind::exit, .ref = ref, .payload = payload}, default_timeout);
}

std::expected<void, SendError> GenServerBase::kill(const Pid& pid) {
  Process* process = Process::current();
  return process ? process->kill(pid) : std::expected<void, SendError>();
}

// ---- timers

TimerRef GenServerBase::start_timer(detail::TimerOrder order) {
  Process* process = Process::current();
  return process ? TimerRef{process->timers().start(std::move(order), process->now())} : TimerRef{};
}

std::optional<std::chrono::nanoseconds> GenServerBase::cancel_timer(TimerRef timer) {
  Process* process = Process::current();
  return process ? process->timers().cancel(timer.number, process->now()) : std::nullopt;
}

std::optional<std::chrono::nanoseconds> GenServerBase::cancel_timer(std::string_view name) {
  Process* process = Process::current();
  return process ? process->timers().cancel(name, process->now()) : std::nullopt;
}

}  // namespace ninelives
