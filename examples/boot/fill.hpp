// How a supervisor gets the children that are to be there after boot.
#pragma once
#include <stdexcept>

#include <ninelives/supervisor.hpp>

#include "sessions.hpp"

// That one is there already is fine: a name is one child's.
inline void fill(const std::string& pool, bool named) {
  using Kind = ninelives::ChildError::Kind;
  const ninelives::Supervisor supervisor(pool);
  for (const ninelives::ChildSpec& spec : sessions(pool, named)) {
    const auto started = supervisor.start_child(spec);
    if (!started && !started.error().is(Kind::already_started) && !started.error().is(Kind::already_present))
      throw std::runtime_error(to_string(started.error()));
  }
}
