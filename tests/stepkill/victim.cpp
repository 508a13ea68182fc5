#include "tests/stepkill/victim.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/stepkill/markers.hpp"
#include "tests/support/wait_until.hpp"

extern "C" const char __executable_start;  // of the linker
extern "C" const char etext;

namespace ninelives::test::stepkill {
namespace {

constexpr std::uint64_t trap_byte = 0xcc;
constexpr std::uint64_t byte_mask = 0xff;

bool is_the_end(Address address) {
  return address == reinterpret_cast<Address>(&operation_has_returned) ||
         address == reinterpret_cast<Address>(&operation_is_over);
}

sigset_t signal_of_stops() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  return signals;
}

}  // namespace

void await_stops_by_signal() {
  const sigset_t stops = signal_of_stops();
  ::pthread_sigmask(SIG_BLOCK, &stops, nullptr);
}

bool tracing_is_allowed() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1);
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Address in_executable(Address address) {
  const auto start = reinterpret_cast<Address>(&__executable_start);
  return address >= start && address < reinterpret_cast<Address>(&etext) ? address - start : 0;
}

Victim::Victim(pid_t process)
    : process_(process),
      state_(::open(("/proc/" + std::to_string(process) + "/stat").c_str(), O_RDONLY | O_CLOEXEC)) {
  ::ptrace(PTRACE_SETOPTIONS, process_, nullptr, PTRACE_O_EXITKILL);
}

Victim::~Victim() {
  if (process_ != 0) kill();
}

void Victim::kill() {
  ::kill(process_, SIGKILL);
  int status = 0;
  while (::waitpid(process_, &status, __WALL) == process_ && WIFSTOPPED(status)) {
  }
  process_ = 0;
}

// Only a process that is stopped under the trace can be let go of; one that sleeps has to be stopped first.
void Victim::stop() {
  int status = 0;
  if (::ptrace(PTRACE_DETACH, process_, nullptr, SIGSTOP) != 0) {
    ::kill(process_, SIGSTOP);
    ::waitpid(process_, &status, __WALL);
    ::ptrace(PTRACE_DETACH, process_, nullptr, SIGSTOP);
  }
  if (::waitpid(process_, &status, WUNTRACED) != process_ || !WIFSTOPPED(status)) fail("was not stopped");
}

// Nothing can be done to a process under the trace that is not stopped. The system call in which it sleeps
// goes on afterwards as if nothing had been: signal(7).
void Victim::hold_asleep() {
  int status = 0;
  ::kill(process_, SIGSTOP);
  ::waitpid(process_, &status, __WALL);
}

void Victim::let_go() {
  if (::ptrace(PTRACE_DETACH, process_, nullptr, 0) != 0) {
    hold_asleep();
    ::ptrace(PTRACE_DETACH, process_, nullptr, 0);
  }
  ::kill(process_, SIGCONT);
}

void Victim::fail(const char* what) const { throw std::runtime_error("the victim " + std::string(what)); }

// ---- registers and memory

Address Victim::at() const {
  return static_cast<Address>(::ptrace(PTRACE_PEEKUSER, process_, offsetof(user_regs_struct, rip), nullptr));
}

bool Victim::is_at_system_call() const {
  constexpr std::uint64_t syscall_instruction = 0x050f;
  return (peek(at()) & 0xffff) == syscall_instruction;
}

void Victim::set_at(Address address) {
  ::ptrace(PTRACE_POKEUSER, process_, offsetof(user_regs_struct, rip), address);
}

std::uint64_t Victim::peek(Address address) const {
  return static_cast<std::uint64_t>(::ptrace(PTRACE_PEEKTEXT, process_, address, nullptr));
}

void Victim::poke(Address address, std::uint64_t word) {
  if (::ptrace(PTRACE_POKETEXT, process_, address, word) != 0) fail("could not be given a breakpoint");
}

// ---- running

// In a system call that waits: stopped under the trace is another state than this. proc(5).
bool Victim::is_asleep() const {
  std::array<char, 128> text{};
  const ssize_t read = ::pread(state_.get(), text.data(), text.size(), 0);
  const std::string_view stat(text.data(), static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
  const auto name_end = stat.rfind(')');
  return name_end != std::string_view::npos && stat.substr(name_end, 3) == ") S";
}

// Nothing says that a process has gone to sleep, so that has to be asked for.
Victim::Stop Victim::wait_for_stop() {
  constexpr timespec before_asking{.tv_sec = 0, .tv_nsec = 300'000};
  constexpr int times_seen_asleep = 3;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (int asleep = 0; asleep < times_seen_asleep;) {
    int status = 0;
    const pid_t found = ::waitpid(process_, &status, __WALL | WNOHANG);
    if (found == process_) {
      if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP) return Stop::trapped;
      if (!WIFSTOPPED(status)) process_ = 0;
      fail(WIFSTOPPED(status) ? "was stopped by a signal" : "has ended by itself: its own check has failed");
    }
    const sigset_t stops = signal_of_stops();
    if (::sigtimedwait(&stops, nullptr, &before_asking) == SIGCHLD) continue;
    asleep = is_asleep() ? asleep + 1 : 0;
    if (std::chrono::steady_clock::now() > until) fail("ran for ever");
  }
  return Stop::asleep;
}

Victim::Stop Victim::resume(int request) {
  if (::ptrace(static_cast<__ptrace_request>(request), process_, nullptr, nullptr) != 0)
    fail("could not be resumed");
  return wait_for_stop();
}

// On the way it may wait for others.
void Victim::run_to_stop() {
  if (resume(PTRACE_CONT) == Stop::asleep) wake_up([] {});
}

void Victim::step(const Wake& wake) {
  if (resume(PTRACE_SINGLESTEP) == Stop::asleep) wake_up(wake);
}

void Victim::wake_up(const Wake& wake) {
  wake();
  const auto until = std::chrono::steady_clock::now() + patience;
  while (wait_for_stop() == Stop::asleep) {  // it has not noticed yet
    if (std::chrono::steady_clock::now() > until) fail("was not woken");
  }
}

Trace Victim::record(const Wake& wake, const Changed& changed) {
  Trace trace;
  for (bool system_call = false;;) {
    trace.add(at(), changed(system_call));
    if (is_the_end(trace[trace.size() - 1])) return trace;
    system_call = is_at_system_call();
    try {
      step([&] {
        trace.slept_at_last();
        wake();
      });
    } catch (const Asleep&) {
      return trace;
    }
  }
}

void Victim::cont(const Wake& wake) {
  if (resume(PTRACE_CONT) == Stop::asleep) wake_up(wake);
}

// A breakpoint makes it quick: a step costs 20 µs, and a campaign takes the square of the operation's length
// without. False: something else has stopped it, which is the end of the operation.
bool Victim::run_to(Address address, std::size_t times_before, const Wake& wake) {
  const std::uint64_t original = peek(address);
  for (std::size_t times = 0; times <= times_before; ++times) {
    if (times > 0) step(wake);
    poke(address, (original & ~byte_mask) | trap_byte);
    try {
      cont(wake);
    } catch (const Asleep&) {
      hold_asleep();
      poke(address, original);
      throw;
    }
    poke(address, original);
    if (at() != address + 1) return false;
    set_at(address);
  }
  return true;
}

bool Victim::lead_to(const Trace& trace, std::size_t index, const Wake& wake) {
  const std::size_t anchor = trace.anchor(index);
  if (anchor > 0 && !run_to(trace[anchor], trace.times_before(anchor), wake)) return false;
  for (std::size_t i = anchor; i < index; ++i) {
    if (is_the_end(at())) return false;
    step(wake);
  }
  return true;
}

void Victim::lead_into_sleep() {
  if (resume(PTRACE_SINGLESTEP) != Stop::asleep) fail("did not go to sleep");
}

}  // namespace ninelives::test::stepkill
