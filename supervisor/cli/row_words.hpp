// What the states and types of rows are called on the command line.
#pragma once
#include <array>

#include "ipc/layout.hpp"

namespace ninelives::supervisor {

inline const char* word(ipc::RowState state) {
  static constexpr std::array words{"free",       "starting", "running", "stopping",
                                    "restarting", "stopped",  "gone"};
  return words.at(static_cast<std::size_t>(state));
}

inline const char* word(ipc::RowType type) {
  static constexpr std::array words{"none", "supervisor", "worker", "program", "guest"};
  return words.at(static_cast<std::size_t>(type));
}

}  // namespace ninelives::supervisor
