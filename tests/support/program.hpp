// A program that the test has started: its output, its end. Killed and reaped with this object, and killed by
// the kernel if the test itself is killed (PR_SET_PDEATHSIG, which is bound to the thread that started it).
#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ipc/unique_fd.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {

struct ProgramPlan {
  std::vector<std::string> command;                     // the first word is the path of the executable
  std::map<std::string, std::string> environment = {};  // added to the test's own
  std::optional<uid_t> user = {};                       // only root can ask for another one
};

// How a program has ended and what it wrote.
struct Ended {
  int code = 0;    // of exit; -1 if a signal ended it
  int signal = 0;  // 0 if it exited
  std::string out;
  std::string err;
};

class Program {
 public:
  explicit Program(const ProgramPlan& plan);  // throws if it cannot be started
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }
  void signal(int number) const;
  bool ends_within(std::chrono::milliseconds bound) const;
  // Throws if it does not end in time, with what it has written so far.
  Ended wait(std::chrono::milliseconds bound = patience);

  std::string out() const;
  std::string err() const;

 private:
  void reap();

  ipc::UniqueFd out_;
  ipc::UniqueFd err_;
  pid_t pid_ = 0;
  ipc::UniqueFd pidfd_;
  std::optional<int> status_;  // of wait(2), once it is reaped
};

// Starts it and waits for its end.
Ended run_to_end(const ProgramPlan& plan);

}  // namespace ninelives::test
