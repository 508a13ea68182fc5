// A campaign: one operation, killed at every one of its instructions. Prints one line: how many instructions,
// and how each kill ended.
#pragma once
#include <string>

#include "tests/stepkill/nursery.hpp"
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
  virtual Order next_order(std::uint64_t number) = 0;
  // Its process is there and its life has not begun.
  virtual void is_born(pid_t process) = 0;
  // How often it stops before its operation, the stop right before it included.
  virtual int stops() const { return 1; }
  virtual void at_stop(int /*stop*/) {}
  // The victim sleeps in its operation: do what it waits for.
  virtual void wake() { throw_asleep(); }
  // The victim is stopped in the middle of its operation: the others go on.
  virtual void while_stopped() {}
  // Everything that must hold. `returned`: the operation had. Says how the kill has ended, in few words.
  virtual std::string after_kill(bool returned) = 0;
  // After the last round.
  virtual void finish() {}

 private:
  [[noreturn]] static void throw_asleep();
};

struct Effort {
  By by = By::kill;
  std::size_t most_kills = 4000;  // more instructions than that: every n-th, from an offset of the seed
};

void run(Scenario& scenario, const Effort& effort = {});

}  // namespace ninelives::test::stepkill
