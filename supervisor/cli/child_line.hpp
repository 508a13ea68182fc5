// What the process table tells of one child, for `ls` and `status`.
#pragma once
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "ipc/table_view.hpp"

namespace ninelives::supervisor {

struct ChildLine {
  std::string name;        // its path
  std::string registered;  // its registered name; empty: it has none
  std::string type;
  std::string supervisor;  // its name; empty: the root
  std::string state;
  Pid pid = {};              // of the present life, or of the last one
  std::uint32_t os_pid = 0;  // 0: there is no process
  std::uint64_t restarts = 0;
  std::chrono::nanoseconds uptime{};  // 0 where there is no process
  std::string last_exit;              // of the last life that has ended; empty: none has
  std::size_t depth = 0;              // 0: a child of the root
};

// Without its depth.
ChildLine line_of(const ipc::TableView& table, Slot slot);

// All children of the node, each supervisor's behind it, in the order of their slots.
std::vector<ChildLine> lines_of(const ipc::TableView& table);

boost::json::object as_json(const ChildLine& line);

// "5s", "3m20s", "2h05m", "4d03h": two units, so that it stays narrow.
std::string short_duration(std::chrono::nanoseconds duration);

}  // namespace ninelives::supervisor
