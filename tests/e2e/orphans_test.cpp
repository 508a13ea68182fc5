// What is left of the children of a supervisor that is shot, and becomes its supervisor's to get rid of.
#include <catch2/catch.hpp>
#include <fstream>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "supervisor/os/pidfd.hpp"
#include "tests/e2e/family.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::test {
namespace {

// As long as it lives, that process can be killed, and is not seen to be dead by its own parent.
class Held {
 public:
  explicit Held(pid_t pid) : pid_(pid) {
    if (::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0) pid_ = 0;
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { let_go(); }

  explicit operator bool() const { return pid_ != 0; }
  // After it was killed.
  void let_go() {
    if (pid_ != 0) ::waitpid(pid_, nullptr, __WALL);
    pid_ = 0;
  }

 private:
  pid_t pid_;
};

// A process that no sandbox finds: it bears no mark. Dead at the end of the test at the latest.
class Unmarked {
 public:
  explicit Unmarked(pid_t pid) : pidfd_(supervisor::open_pidfd(pid)) {}
  Unmarked(const Unmarked&) = delete;
  Unmarked& operator=(const Unmarked&) = delete;
  ~Unmarked() { supervisor::send_signal(pidfd_.get(), SIGKILL); }

  bool is_dead() const { return has_died(pidfd_.get(), std::chrono::milliseconds(0)); }

 private:
  ipc::UniqueFd pidfd_;
};

}  // namespace

TEST_CASE("a dead orphan is not reaped before its process group is known to be dead") {
  const Sandbox sandbox;
  RunningNode node(
      sandbox,
      tree_of({program("family", {test_program("family"), sandbox / "family"}),
               supervisor("middle", {program("clinger", {test_program("clinger"), sandbox / "clinger"})})}));
  node.wait_for_start("middle");
  const Family family = family_in(sandbox / "family");
  REQUIRE(wait_until([&] { return contents(sandbox / "clinger").ends_with('\n'); }));
  pid_t in_group_of_supervisor = 0, without_marks = 0;
  std::ifstream(sandbox / "clinger") >> in_group_of_supervisor >> without_marks;
  const auto clinger = open_child(node.table().row("middle/clinger"), node.root().pid());
  const Unmarked unmarked(without_marks);
  Held held(in_group_of_supervisor);
  if (!held) {
    WARN("skipped: this process may not trace others");
    return;
  }

  // The end of `middle` takes until the held one is let go. Meanwhile the root looks for what another child
  // has left, and reaps orphans.
  node.kill_child("middle");
  REQUIRE(has_died(clinger.get()));
  node.kill_child("family");
  REQUIRE(has_died(family.daemon.get()));
  REQUIRE(wait_until([&] { return supervisor::send_signal(family.daemon.get(), 0).value() == ESRCH; }));
  held.let_go();
  node.events().wait_for("starting", "middle", 2);
  CHECK(unmarked.is_dead());
  CHECK(node.stop().code == 0);
}

}  // namespace ninelives::test
