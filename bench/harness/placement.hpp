// Which cores the two ends of a conversation may use. Decides most of what a wake-up costs: about ten times
// as much from one core to another as on the same one.
#pragma once
#include <string>
#include <vector>

namespace ninelives::bench {

enum class Placement {
  free,       // wherever the kernel puts them
  one_core,   // both on the first core
  two_cores,  // the caller on the first core, the server on the second
};
enum class Side { caller, server };

// Those of the cores that the benchmark may use at all.
std::vector<int> cores_for(Placement placement, Side side);
// Of the calling thread, from now on.
void use_cores(const std::vector<int>& cores);
void take_place(Placement placement, Side side);

// Why it cannot be had on this machine; empty if it can.
std::string why_not(Placement placement);

}  // namespace ninelives::bench
