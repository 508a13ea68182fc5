// What a supervisor tells about its children: which_children and count_children of supervisor(3).
#pragma once
#include <string>

#include <ninelives/spec/tree.hpp>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor {

struct ChildView {
  // undefined: there is no process, and none is to come.
  enum class Process { undefined, restarting, present };
  ChildNumber number;
  std::string id;  // OTP's `undefined` under a dynamic supervisor, where it is that of the spec
  Process process;
  Life life;  // of the present process, or, while it is restarting, of the last one that ran: known by it
  ChildType type;
};

struct Counts {
  std::size_t specs = 0;
  std::size_t active = 0;
  std::size_t supervisors = 0;
  std::size_t workers = 0;  // programs too
  friend bool operator==(const Counts&, const Counts&) = default;
};

}  // namespace ninelives::supervisor
