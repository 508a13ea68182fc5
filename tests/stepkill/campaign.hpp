// A campaign: one operation, killed or stopped at its instructions, each time in a life of its own.
//
// A pass over every instruction is complete, but for the further turns of loops that are taken in the same
// way again and again. A pass over every state is complete too, and a shorter one: it kills once wherever a
// kill leaves something else than one instruction earlier (outside.hpp), and at some of the other
// instructions, as the seed has it, to show that they are no different. `--complete` takes every instruction
// of everything.
#pragma once
#include <filesystem>
#include <string>

#include "tests/stepkill/nursery.hpp"
#include "tests/stepkill/report.hpp"
#include "tests/stepkill/victim.hpp"

namespace ninelives::test::stepkill {

// What is done to the victim. SIGSTOP: left where it is while the others must go on; killed afterwards.
enum class By { kill, stop };

// One operation and the world around it. A round: next_order(), the victim's life up to the operation with
// at_stop() at its stops, some instructions of the operation, kill, after_kill(). What does not hold is
// thrown.
class Scenario {
 public:
  virtual ~Scenario() = default;

  virtual std::string name() const = 0;
  virtual const Nursery& nursery() const = 0;
  virtual const std::filesystem::path& node() const = 0;
  // What the victim has written down outside the node's files: a number that changes with it.
  virtual std::size_t notes() const { return 0; }
  virtual Order next_order(std::uint64_t number) = 0;
  // Its process is there and its life has not begun.
  virtual void is_born(pid_t /*process*/) {}
  // How often it stops before its operation, the stop right before it included.
  virtual int stops() const { return 1; }
  virtual void at_stop(int /*stop*/) {}
  // The victim sleeps in its operation: do what it waits for.
  virtual void wake() { throw_asleep(); }
  // The victim is stopped in the middle of its operation: the others go on.
  virtual void while_stopped() {}
  // Everything that must hold, and how the kill has ended. `returned`: the operation had.
  virtual Outcome after_kill(bool returned) = 0;
  // After the last round.
  virtual void finish() {}

 private:
  [[noreturn]] static void throw_asleep();
};

void run(Scenario& scenario, By by = By::kill);

// A victim of the scenario, stopped right before its operation.
class Cradle {
 public:
  explicit Cradle(Scenario& scenario) : scenario_(scenario) {}
  Victim bear();
  // Two, because what is different the first time has happened then; the second one's trace.
  Trace record();

 private:
  Scenario& scenario_;
  std::uint64_t born_ = 0;
};

}  // namespace ninelives::test::stepkill
