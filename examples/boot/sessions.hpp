// The children that are to be there after boot, and how a supervisor gets them.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include <ninelives/supervisor.hpp>

// Three sessions; with names of their own, or so that nobody can tell one from its double.
inline std::vector<ninelives::ChildSpec> sessions(const std::string& pool, bool named) {
  std::vector<ninelives::ChildSpec> specs;
  for (const std::string id : {"ann", "bob", "cat"}) {
    specs.push_back({.id = id, .command = {"./session", id}});
    if (named) specs.back().name = pool.substr(0, pool.find('/')) + "." + id;
  }
  return specs;
}

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
