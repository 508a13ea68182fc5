#include "bench/harness/placement.hpp"

#include <sched.h>

#include "bench/harness/check.hpp"

namespace ninelives::bench {
namespace {

std::vector<int> find_cores() {
  cpu_set_t set;
  check(::sched_getaffinity(0, sizeof set, &set), "sched_getaffinity");
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<unsigned>(core), &set)) cores.push_back(core);
  }
  return cores;
}

// Asked for once, before anybody is confined to some of them.
const std::vector<int> all_cores = find_cores();

}  // namespace

std::vector<int> cores_for(Placement placement, Side side) {
  switch (placement) {
    case Placement::one_core:
      return {all_cores.front()};
    case Placement::two_cores:
      return {side == Side::caller ? all_cores.at(0) : all_cores.at(1)};
    default:
      return all_cores;
  }
}

void use_cores(const std::vector<int>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int core : cores) CPU_SET(static_cast<unsigned>(core), &set);
  check(::sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

void take_place(Placement placement, Side side) { use_cores(cores_for(placement, side)); }

std::string why_not(Placement placement) {
  return placement == Placement::two_cores && all_cores.size() < 2 ? "needs two cores" : "";
}

}  // namespace ninelives::bench
