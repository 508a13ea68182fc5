// A host in virtual time. It runs supervisors as the node does: an event goes into the core, and what the
// core decides is done before the next event. A child of type supervisor is a supervisor with a core of its
// own, to any depth. Everything else about processes, when they are ready, how they end, which event comes
// first, is a Director's decision.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "supervisor/core/supervisor.hpp"

namespace ninelives::supervisor::test {

// One life of a supervisor; the root has 0.
using NodeId = std::uint64_t;

// How one process behaves in one life.
struct Manner {
  enum class Start { ready, launch_fails, exits };
  Start start = Start::ready;
  std::optional<std::chrono::nanoseconds> starts_after = std::chrono::nanoseconds(0);  // none: never
  Ending start_ending = Ending::abnormal;                  // of one that exits instead of becoming ready
  std::optional<std::chrono::nanoseconds> lives_for = {};  // once it is ready; none: until somebody ends it
  Ending ending = Ending::abnormal;                        // after that
  std::optional<std::chrono::nanoseconds> stops_after = std::chrono::nanoseconds(0);  // none: it is deaf
  Ending stop_ending = Ending::shutdown;
  std::optional<std::chrono::nanoseconds> dies_after = std::chrono::nanoseconds(0);  // once it was killed
};

struct Process {
  Life life;
  Manner manner;
  bool is_ready = false;
  bool is_told = false;                   // to stop, or killed
  std::optional<NodeId> supervisor = {};  // of a child of type supervisor
};

// What one supervisor did at one moment.
struct Step {
  NodeId node;
  TimePoint now;
  const Event& event;
  const Actions& actions;
  const Supervisor& after;
  std::optional<Process> process;  // that the news is of, as it was before it; none: it is stale
};

class Director {
 public:
  virtual ~Director() = default;
  virtual Manner manner(NodeId supervisor, const ChildSpec& child, Life life) = 0;
  // It is asked to stop now, or killed, and may end in another way than was decided.
  virtual void reconsiders(const ChildSpec&, Manner&) {}
  // Among what happens at one and the same moment, the lowest comes first, then what was to happen first.
  virtual std::uint64_t precedence() { return 0; }
  // How late a Tick comes. None: there are no Ticks but those that are posted.
  virtual std::optional<std::chrono::nanoseconds> lag() { return std::nullopt; }
  virtual void begins(NodeId, const Supervisor&) {}
  virtual void follows(const Step&) {}
  // It was killed, and with it what was below.
  virtual void is_lost(NodeId) {}
};

class Host {
 public:
  Host(const SupervisorSpec& root, Director& director, std::uint32_t seed = 1);
  ~Host();

  // News of a process that is not in that life any more never arrives, unless it is `stale` on purpose.
  // Returns what it is known by on the agenda.
  std::uint64_t post(TimePoint when, NodeId to, Event event, bool is_stale = false);
  // The next thing that happens, if any, and not after `limit`.
  bool run_one(TimePoint limit = TimePoint::max());

  TimePoint now() const { return now_; }
  void sleep_until(TimePoint when) { now_ = when; }
  // Null: its life is over.
  const Supervisor* supervisor(NodeId node) const;
  const Process* process(NodeId node, ChildNumber child) const;
  std::vector<NodeId> supervisors() const;              // which live, each before those below it
  std::size_t processes() const { return processes_; }  // under supervisors

 private:
  struct Node;
  struct Item {
    TimePoint when;
    std::uint64_t precedence;
    std::uint64_t sequence;
    NodeId node;
    Event event;
    bool is_stale;
  };
  static bool later(const Item& a, const Item& b);

  Node& begin(const SupervisorSpec& spec, NodeId parent, ChildNumber child, Life life);
  void step(Node& node, const Item& item);
  bool happens(Node& node, const Item& item, std::optional<Process>& process);
  bool becomes_ready(Node& node, const Ready& ready, std::optional<Process>& process);
  bool ends(Node& node, ChildNumber child, Life life, std::optional<Process>& process);
  void lose(NodeId node);
  void look_after(Node& node);

  void perform(Node& node, const Launch& launch);
  void perform(Node& node, const AskToStop& ask);
  void perform(Node& node, const Kill& kill);
  void perform(Node& node, const Finished& finished);
  template <class Other>
  void perform(Node&, const Other&) {}

  Director& director_;
  std::uint32_t seed_;
  TimePoint now_{std::chrono::seconds(1000)};
  std::vector<Item> agenda_;  // a heap
  std::uint64_t next_sequence_ = 0;
  std::map<NodeId, std::unique_ptr<Node>> nodes_;
  NodeId next_node_ = 0;
  std::size_t processes_ = 0;
};

}  // namespace ninelives::supervisor::test
