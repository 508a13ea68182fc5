// Who is there, and who was, while a scenario is played on supervisor/core.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "supervisor/core/supervisor.hpp"
#include "tests/conformance/scenario.hpp"

namespace ninelives::conformance {

struct Instance;

// One start of a child, and what came of it. Those of a supervisor have an Instance.
struct Process {
  const Definition* definition;
  unsigned nth;                        // so many starts of this id, with this one
  Instance* under = nullptr;           // its supervisor; none: it is the top one
  supervisor::ChildNumber number = 0;  // there
  supervisor::Life life = 0;           // there
  Instance* instance = nullptr;

  bool is_alive = false;
  bool had_pid = false;
  std::string ending = {};  // why it is not alive, or was not started

  // From when on it was asked to stop:
  std::string asked = {};                             // how
  std::size_t stop_line = 0;                          // of the step's lines: the one that tells of it
  std::optional<supervisor::TimePoint> kill_at = {};  // its supervisor's patience ends
  bool end_is_told = false;                           // to its supervisor

  std::string name() const { return id_of(*definition) + "#" + std::to_string(nth); }
};

// What waits in a supervisor's mailbox: that a child has ended; a call, as the place of its reply; that its
// parent tells it to stop.
struct Gone {
  Process* process;
};
struct Call {
  const Event* event;
  std::uint64_t request;
};
struct Stop {};
using Mail = std::variant<Gone, Call, Stop>;

// One life of a supervisor.
struct Instance {
  Instance(Process& of, SupervisorSpec spec) : self(of), core(std::move(spec)) {}

  Process& self;
  supervisor::Supervisor core;
  std::deque<Mail> mail = {};
  std::map<supervisor::ChildNumber, const Definition*> definitions = {};  // of all children that it ever had
  bool is_up = false;                                                     // it has booted
  bool is_over = false;
  bool is_orphan = false;  // over because one above it was killed
  int cancelled_restarts = 0;
};

class Population {
 public:
  explicit Population(const Scenario& scenario) : scenario_(scenario) {}

  const Scenario& scenario() const { return scenario_; }
  std::deque<Process>& processes() { return processes_; }
  std::deque<Instance>& instances() { return instances_; }
  Instance& top() { return instances_.front(); }

  Process& start(const Definition& definition, Instance* under);
  Instance& supervise(Process& process);
  // How this start of a worker is to come out. To be asked once for each.
  Start outcome(const Definition& definition);

  // The supervisors that run, from the top down, each before those of its children, the last started first.
  std::vector<Instance*> living();

  // Null, if there is none. A name is an id, which means the latest life, or id#n.
  Process* find(std::string_view name);
  Process* child_of(const Instance& instance, std::string_view name);
  Process* life_of(const Instance& instance, supervisor::ChildNumber number, supervisor::Life life);

 private:
  void add_living(Instance& instance, std::vector<Instance*>& living);

  const Scenario& scenario_;
  std::deque<Process> processes_;
  std::deque<Instance> instances_;
  std::map<std::string, unsigned> lives_;  // by id
  std::map<const Definition*, std::size_t> starts_;
};

}  // namespace ninelives::conformance
