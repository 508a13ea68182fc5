// The children that are to be there after boot.
#pragma once
#include <string>
#include <vector>

#include <ninelives/spec/tree.hpp>

// Three sessions; with names of their own, or so that nobody can tell one from its double.
inline std::vector<ninelives::ChildSpec> sessions(const std::string& pool, bool named) {
  std::vector<ninelives::ChildSpec> specs;
  for (const std::string id : {"ann", "bob", "cat"}) {
    specs.push_back({.id = id, .command = {"./session", id}});
    if (named) specs.back().name = pool.substr(0, pool.find('/')) + "." + id;
  }
  return specs;
}
