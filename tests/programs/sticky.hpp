// A worker that gets stuck when it is told to.
#pragma once
#include <ninelives/protocol.hpp>

struct Stick {};   // never returns
struct Glue {};    // nor does that, as a cast
struct Answer {};  // does
struct Leave {};   // stops, and sticks in terminate

struct StickyApi {
  using Calls = ninelives::Calls<void(Stick), int(Answer)>;
  using Casts = ninelives::Casts<Glue, Leave>;
};
