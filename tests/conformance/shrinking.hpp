#pragma once
#include <algorithm>
#include <utility>
#include <vector>

namespace ninelives::conformance {

// The smallest thing that still shows what is being looked for. `smaller_of(thing)`: all that have a little
// less, those with the most left out first; `still_shows(things)`: of each of them, whether it does.
template <class Thing, class SmallerOf, class StillShows>
Thing smallest(Thing thing, SmallerOf smaller_of, const StillShows& still_shows) {
  while (true) {
    std::vector<Thing> smaller = smaller_of(thing);
    const std::vector<bool> shows = still_shows(smaller);
    const auto first = std::ranges::find(shows, true);
    if (first == shows.end()) return thing;
    thing = std::move(smaller[static_cast<std::size_t>(first - shows.begin())]);
  }
}

}  // namespace ninelives::conformance
