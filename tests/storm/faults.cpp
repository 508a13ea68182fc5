#include "tests/storm/faults.hpp"

namespace ninelives::storm {

Fault Dice::next_fault() {
  Fault fault{.pause = some_pause()};
  const auto whom = upto(99);
  fault.victim = whom < 50   ? Fault::Victim::worker
                 : whom < 57 ? Fault::Victim::supervisor
                 : whom < 92 ? Fault::Victim::client
                             : Fault::Victim::root;
  fault.which = static_cast<std::uint32_t>(upto(1000));
  fault.blow = fault.victim == Fault::Victim::root || chance(40) ? Fault::Blow::stop : Fault::Blow::kill;
  fault.stopped = some_stop(fault.victim);
  return fault;
}

// Now and then several at once, and now and then time to do some work.
std::chrono::microseconds Dice::some_pause() {
  if (chance(25)) return std::chrono::microseconds(upto(300));
  if (chance(10)) return std::chrono::microseconds(upto(250'000));
  return std::chrono::microseconds(upto(40'000));
}

std::chrono::microseconds Dice::some_stop(Fault::Victim victim) {
  const bool long_one = chance(4);
  const bool supervises = victim == Fault::Victim::root || victim == Fault::Victim::supervisor;
  if (supervises) return std::chrono::microseconds(upto(long_one ? 1'500'000 : 60'000));
  return std::chrono::microseconds(upto(long_one ? 3'000'000 : 80'000));
}

}  // namespace ninelives::storm
