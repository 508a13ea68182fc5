// What a supervisor's refusal means for whoever has typed a verb, and what to type instead. Pure.
#pragma once
#include <string>

#include <ninelives/ipc/supervision.hpp>

namespace ninelives::supervisor {

enum class Verb { start_child, start_from_template, start, stop, delete_child, get_childspec };

struct Attempt {
  Verb verb;
  std::string supervisor;  // its name in the node; empty: the root
  std::string child;       // in the node; of start_from_template empty: it has no name yet
};

// One line.
std::string explain(const supervision::ChildError& error, const Attempt& attempt);

// Why start, restart and delete-child mean nothing for a child of a dynamic supervisor.
std::string no_spec_remains(const std::string& child);

}  // namespace ninelives::supervisor
