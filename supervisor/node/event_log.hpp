// `run --events FILE`: everything that the supervisor does, one JSON object a line, each line written by one
// write(2), so that a kill tears none. Every line has `event`, `node`, `mono_ns` (CLOCK_MONOTONIC) and `wall`
// (UTC); those about a child have `child`, `pid` (of the operating system; 0: none) and `incarnation`; those
// about an end have `reason`.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/error.hpp"
#include "ipc/unique_fd.hpp"

namespace ninelives::supervisor {

struct ChildEvent {
  std::string_view event;  // starting, started, exited, restarting, stopping, stopped, gone, start_failed
  std::string_view child;
  int os_pid = 0;
  std::uint64_t incarnation = 0;
  std::string reason = {};
};

class EventLog {
 public:
  EventLog() = default;  // writes nothing
  static ipc::Result<EventLog> open(const std::filesystem::path& file, std::string_view node);

  void write(const ChildEvent& event) const;
  // node_started, node_stopped, gave_up, failed_to_start
  void write_node(std::string_view event, std::string_view reason = {}) const;

 private:
  EventLog(ipc::UniqueFd file, std::string_view node) : file_(std::move(file)), node_(node) {}

  ipc::UniqueFd file_;
  std::string node_;
};

}  // namespace ninelives::supervisor
