// A forked child process. It never outlives its parent, however that one ends (PR_SET_PDEATHSIG), so that a
// benchmark which is interrupted leaves nothing running.
#pragma once
#include <chrono>
#include <functional>
#include <signal.h>
#include <string>
#include <sys/types.h>

namespace ninelives::bench {

class Child {
 public:
  // Runs `body` in the child, which ends when `body` returns or throws. `end_signal` ends it from outside,
  // and comes by itself when the parent dies; it outlasts an exec.
  explicit Child(const std::function<void()>& body, int end_signal = SIGKILL);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Ends it, and reaps it; one that does not heed its end_signal is killed.
  ~Child();

  // True: it has ended of itself in that time, and is reaped.
  bool ended_within(std::chrono::milliseconds time);
  // How it ended, in words; empty if it was exit code 0. Only after ended_within() has said true.
  std::string trouble() const;

 private:
  pid_t pid_ = 0;  // 0: reaped
  int end_signal_;
  int status_ = 0;
};

}  // namespace ninelives::bench
