// What the event file of a node tells, as lines of a trace.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/ipc/pid.hpp>

#include "tests/conformance/scenario.hpp"
#include "tests/support/event_file.hpp"

namespace ninelives::conformance {

// One start of a child, as the events tell of it.
struct SeenLife {
  std::string name;   // id#n, as in a trace
  std::string under;  // its supervisor, in the same way
  std::string path;   // its name in the node
  bool is_supervisor = false;
  Pid pid = {};  // which its name and incarnation do not tell: docs/events.md
  int os_pid = 0;
  bool was_ready = false;
  bool was_asked_to_stop = false;
  bool is_over = false;
  std::size_t stop_line = 0;  // of this step's lines: the one that tells of its stop

  bool had_pid() const { return was_ready || is_supervisor; }  // in OTP
};

class Chronicle {
 public:
  explicit Chronicle(const Scenario& scenario) : scenario_(scenario) {}

  void begin_step();
  void add(const test::SeenEvent& event);

  // Of this step, so far.
  std::vector<std::string> lines() const;
  bool is_over() const { return is_over_; }  // the node

  // In OTP's words. Of a supervisor that did not start: only which child of its own was the reason.
  static std::string reason_of(const std::string& reason);

  // Null, if there is none, or nothing is known of it yet. The name is that in the trace.
  const SeenLife* life(const Pid& pid) const;
  const SeenLife* life(std::string_view name) const;

 private:
  bool take(const test::SeenEvent& event);
  SeenLife* find(const test::SeenEvent& event);
  const SeenLife* living(std::string_view path) const;
  std::string supervisor_of(const test::SeenEvent& event) const;
  void starting(const test::SeenEvent& event);
  void started(SeenLife& life);
  void stopping(SeenLife& life);
  void exited(SeenLife& life, const std::string& reason);
  void report(const test::SeenEvent& event, const SeenLife& life);
  void node_ended();
  void say(std::string line) { lines_.push_back(std::move(line)); }

  const Scenario& scenario_;
  std::deque<SeenLife> lives_;
  std::vector<test::SeenEvent> early_;  // a supervisor may tell of its children before it is told of itself
  std::map<std::string, unsigned, std::less<>> starts_;  // by id
  std::vector<std::string> lines_;
  std::vector<const SeenLife*> ended_;  // supervisors that were not asked to, with their reasons
  std::map<const SeenLife*, std::string> endings_;
  std::string failed_boot_;  // of the top supervisor: why
  bool is_over_ = false;
};

// The id of a child, of which its name in the node ends: "s/x" and, under simple_one_for_one, "s/x:2".
std::string_view id_of_path(std::string_view path);

}  // namespace ninelives::conformance
