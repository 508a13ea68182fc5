// `run --events FILE`: everything that the supervisors of a node do, one JSON object a line, each line
// written by one write(2), so that a kill tears none. Every line has `event`, `node`, `mono_ns`
// (CLOCK_MONOTONIC) and `wall` (UTC); those about a child have `supervisor` (its name; empty: the root),
// `child` (its name), `slot` (missing: the node has no room for it), `pid` (of the operating system; 0: none)
// and `incarnation`; those about an end have `reason`.
//
// Besides what happens there are OTP's reports: progress, child_terminated, start_error, shutdown_error and
// shutdown, which have the `offender` besides (progress: `started`): its spec and its process.
#pragma once
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/ipc/pid.hpp>
#include <ninelives/spec/tree.hpp>

#include "ipc/error.hpp"
#include "ipc/unique_fd.hpp"

namespace ninelives::supervisor {

struct ChildEvent {
  // starting, started, exited, restarting, stopping, stopped, gone, start_failed, gave_up, failed_to_start,
  // auto_shutdown, watchdog
  std::string_view event;
  std::string_view supervisor;
  std::string_view child;
  std::optional<Slot> slot = {};
  int os_pid = 0;
  Incarnation incarnation = 0;
  std::string reason = {};
};

// Of the callback that a child was killed for.
struct StuckCallback {
  std::string_view callback;
  std::string_view message;  // empty: it handled none, or one that is not known
  std::chrono::milliseconds ran;
};

class EventLog {
 public:
  EventLog() = default;  // writes nothing
  static ipc::Result<EventLog> open(const std::filesystem::path& file, std::string_view node);
  // Absolute; empty if nothing is written.
  const std::filesystem::path& file() const { return path_; }

  void write(const ChildEvent& event) const;
  // `event.event` is the report's name.
  void write_report(const ChildEvent& event, const ChildSpec& offender) const;
  void write_stuck(const ChildEvent& event, const StuckCallback& stuck) const;
  // node_started, node_stopped, node_failed
  void write_node(std::string_view event, std::string_view reason = {}) const;

 private:
  EventLog(std::filesystem::path path, ipc::UniqueFd file, std::string_view node)
      : path_(std::move(path)), file_(std::move(file)), node_(node) {}

  std::filesystem::path path_;
  ipc::UniqueFd file_;
  std::string node_;
};

}  // namespace ninelives::supervisor
