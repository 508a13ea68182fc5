#include "tests/stepkill/nursery.hpp"

#include <csignal>
#include <cstdio>
#include <sched.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/stepkill/markers.hpp"

namespace ninelives::test::stepkill {
namespace {

constexpr int life_threw = 70;

void live(const Nursery::Life& life, const Order& order) {
  try {
    life(order);
  } catch (const std::exception& error) {
    ::dprintf(STDERR_FILENO, "a victim failed: %s\n", error.what());
  }
  ::_exit(life_threw);
}

}  // namespace

// A trap instruction rather than a signal: its address is known to the test.
[[gnu::noinline]] void stop_for_the_test() { asm volatile("int3" ::: "memory"); }
[[gnu::noinline]] void operation_has_returned() {
  asm volatile("int3" ::: "memory");
  ::_exit(0);
}

[[gnu::noinline]] void operation_is_over() { asm volatile("" ::: "memory"); }

// _Fork, not fork: a child of the library's atfork handler would be refused by every send, as it should be,
// but a victim that maps everything anew is no such child. Nothing else of this process runs yet.
Nursery::Nursery(Life life) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("socketpair");
  orders_ = ipc::UniqueFd(ends[0]);
  const ipc::UniqueFd other(ends[1]);
  process_ = ::_Fork();
  if (process_ < 0) throw std::runtime_error("_Fork");
  if (process_ == 0) {
    ::close(ends[0]);
    run(life, ends[1]);
  }
}

Nursery::~Nursery() {
  orders_.reset();
  ::waitpid(process_, nullptr, 0);
}

void Nursery::run(const Life& life, int orders) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  Order order;
  while (::read(orders, &order, sizeof order) == sizeof order) {
    // CLONE_PARENT makes it the test's child, which may then trace it and waits for it.
    const auto child =
        static_cast<pid_t>(::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (child == 0) {
      ::close(orders);
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      ::kill(::getpid(), SIGSTOP);
      live(life, order);
    }
    if (::write(orders, &child, sizeof child) != sizeof child) break;
  }
  ::_exit(0);
}

pid_t Nursery::bear(const Order& order) const {
  pid_t child = -1;
  if (::write(orders_.get(), &order, sizeof order) != sizeof order ||
      ::read(orders_.get(), &child, sizeof child) != sizeof child || child <= 0) {
    throw std::runtime_error("no victim was born");
  }
  int status = 0;
  if (::waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
    throw std::runtime_error("a victim did not stop");
  return child;
}

}  // namespace ninelives::test::stepkill
