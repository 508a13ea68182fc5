// Two operations on the same peers: one process is killed at an instruction of its own while the other one is
// held at an instruction of its own; then that one goes on, and everything must hold. Which two instructions:
// as the seed has it, three times out of four among those where something is seen from outside.
#pragma once
#include <filesystem>
#include <string>

#include "tests/stepkill/nursery.hpp"
#include "tests/stepkill/report.hpp"
#include "tests/stepkill/victim.hpp"

namespace ninelives::test::stepkill {

struct Orders {
  Order killed;
  Order held;
};

class PairScenario {
 public:
  virtual ~PairScenario() = default;

  virtual std::string name() const = 0;
  virtual const std::filesystem::path& node() const = 0;
  // The lives of both stop once, right before their operations; that of the one who is held goes on with
  // operation_is_over() and for ever after.
  virtual const Nursery& nursery_of_killed() const = 0;
  virtual const Nursery& nursery_of_held() const = 0;
  virtual Orders next_orders(std::uint64_t number) = 0;
  virtual void are_born(pid_t killed, pid_t held) = 0;
  // Whose life comes to its stop first?
  virtual bool killed_comes_first() const { return false; }
  virtual void stand_before() {}
  // Of the death, as the supervisor does it: while the other one is held, or when it goes on already.
  virtual void tell() = 0;
  // The other one goes on.
  virtual Outcome check() = 0;
  // Both are dead.
  virtual void end_round() {}
};

void run_pairs(PairScenario& scenario);

}  // namespace ninelives::test::stepkill
