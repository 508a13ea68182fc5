#include "tests/supervisor/core/host.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

namespace ninelives::supervisor::test {

struct Host::Node {
  NodeId id;
  NodeId parent;
  ChildNumber child;  // of its parent
  Life life;
  Supervisor core;
  std::map<ChildNumber, Process> processes = {};
  std::optional<TimePoint> tick_for = {};  // the deadline for which a Tick is on its way
  std::uint64_t tick = 0;                  // that one
  bool has_booted = false;
};

Host::Host(const SupervisorSpec& root, Director& director, std::uint32_t seed)
    : director_(director), seed_(seed) {
  begin(root, 0, 0, 0);
}

Host::~Host() = default;

// The agenda is a heap with the first thing to happen on top.
bool Host::later(const Item& a, const Item& b) {
  return std::tie(a.when, a.precedence, a.sequence) > std::tie(b.when, b.precedence, b.sequence);
}

std::uint64_t Host::post(TimePoint when, NodeId to, Event event, bool is_stale) {
  const std::uint64_t precedence = director_.precedence();
  agenda_.push_back({when, precedence, next_sequence_, to, std::move(event), is_stale});
  std::ranges::push_heap(agenda_, later);
  return next_sequence_++;
}

bool Host::run_one(TimePoint limit) {
  while (!agenda_.empty() && agenda_.front().when <= limit) {
    std::ranges::pop_heap(agenda_, later);
    const Item item = std::move(agenda_.back());
    agenda_.pop_back();
    const auto node = nodes_.find(item.node);
    if (node == nodes_.end()) continue;
    now_ = std::max(now_, item.when);
    step(*node->second, item);
    return true;
  }
  return false;
}

const Supervisor* Host::supervisor(NodeId node) const {
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? nullptr : &found->second->core;
}

const Process* Host::process(NodeId node, ChildNumber child) const {
  const auto& processes = nodes_.at(node)->processes;
  const auto found = processes.find(child);
  return found == processes.end() ? nullptr : &found->second;
}

std::vector<NodeId> Host::supervisors() const {
  std::vector<NodeId> all;
  for (const auto& [id, node] : nodes_) all.push_back(id);
  return all;
}

Host::Node& Host::begin(const SupervisorSpec& spec, NodeId parent, ChildNumber child, Life life) {
  const NodeId id = next_node_++;
  auto node = std::make_unique<Node>(
      Node{.id = id, .parent = parent, .child = child, .life = life, .core = Supervisor(spec, seed_++)});
  Node& begun = *nodes_.emplace(id, std::move(node)).first->second;
  director_.begins(id, begun.core);
  return begun;
}

void Host::step(Node& node, const Item& item) {
  std::optional<Process> process;
  if (!item.is_stale && !happens(node, item, process)) return;
  const NodeId id = node.id;
  const Actions actions = node.core.step(now_, item.event);
  director_.follows({id, now_, item.event, actions, node.core, std::move(process)});
  for (const Action& action : actions) {
    std::visit([&](const auto& what) { perform(node, what); }, action);
  }
  look_after(node);
}

// News of a process changes what the host knows of it.
bool Host::happens(Node& node, const Item& item, std::optional<Process>& process) {
  const Event& event = item.event;
  if (const auto* ready = std::get_if<Ready>(&event)) return becomes_ready(node, *ready, process);
  if (const auto* failed = std::get_if<LaunchFailed>(&event)) {
    return ends(node, failed->child, failed->life, process);
  }
  if (const auto* exited = std::get_if<Exited>(&event)) {
    return ends(node, exited->child, exited->life, process);
  }
  if (std::holds_alternative<Tick>(event) && item.sequence == node.tick) node.tick_for.reset();
  return true;
}

bool Host::becomes_ready(Node& node, const Ready& ready, std::optional<Process>& process) {
  const auto found = node.processes.find(ready.child);
  if (found == node.processes.end() || found->second.life != ready.life) return false;
  process = found->second;
  found->second.is_ready = true;
  const Manner& manner = found->second.manner;
  if (manner.lives_for)
    post(now_ + *manner.lives_for, node.id, Exited{ready.child, ready.life, manner.ending});
  return true;
}

bool Host::ends(Node& node, ChildNumber child, Life life, std::optional<Process>& process) {
  const auto found = node.processes.find(child);
  if (found == node.processes.end() || found->second.life != life) return false;
  process = found->second;
  node.processes.erase(found);
  --processes_;
  if (process->supervisor) lose(*process->supervisor);
  return true;
}

// A supervisor that ends takes with it what it has left, as the kernel does.
void Host::lose(NodeId id) {
  const auto found = nodes_.find(id);
  const std::unique_ptr<Node> node = std::move(found->second);
  nodes_.erase(found);
  processes_ -= node->processes.size();
  if (!node->core.finished()) director_.is_lost(id);
  for (const auto& [child, process] : node->processes) {
    if (process.supervisor) lose(*process.supervisor);
  }
}

// After each step: the next Tick, and for the parent that the whole supervisor is ready.
void Host::look_after(Node& node) {
  const auto deadline = node.core.next_deadline();
  if (deadline && deadline != node.tick_for) {
    if (const auto lag = director_.lag()) {
      node.tick_for = deadline;
      const TimePoint soonest = std::max(*deadline, now_);
      node.tick = post(soonest + *lag, node.id, Tick{});
    }
  }
  if (node.has_booted || node.core.phase() != Phase::running) return;
  node.has_booted = true;
  if (node.id != 0) post(now_, node.parent, Ready{node.child, node.life});
}

void Host::perform(Node& node, const Launch& launch) {
  const ChildSpec& spec = node.core.child_spec(launch.child);
  const Manner manner = director_.manner(node.id, spec, launch.life);
  Process& process = node.processes[launch.child] = {.life = launch.life, .manner = manner};
  ++processes_;
  if (!manner.starts_after) return;
  const TimePoint when = now_ + *manner.starts_after;
  switch (manner.start) {
    case Manner::Start::launch_fails:
      post(when, node.id, LaunchFailed{launch.child, launch.life});
      return;
    case Manner::Start::exits:
      post(when, node.id, Exited{launch.child, launch.life, manner.start_ending});
      return;
    case Manner::Start::ready:
      if (spec.type == ChildType::supervisor) {
        process.supervisor = begin(spec.supervisor, node.id, launch.child, launch.life).id;
        post(when, *process.supervisor, Boot{});
      } else {
        post(when, node.id, Ready{launch.child, launch.life});
      }
      return;
  }
}

void Host::perform(Node& node, const AskToStop& ask) {
  Process& process = node.processes.at(ask.child);
  process.is_told = true;
  director_.reconsiders(node.core.child_spec(ask.child), process.manner);
  if (!process.manner.stops_after || process.manner.start == Manner::Start::launch_fails) return;
  const TimePoint when = now_ + *process.manner.stops_after;
  if (process.supervisor) {
    post(when, *process.supervisor, StopAll{});
  } else {
    post(when, node.id, Exited{ask.child, ask.life, process.manner.stop_ending});
  }
}

void Host::perform(Node& node, const Kill& kill) {
  Process& process = node.processes.at(kill.child);
  process.is_told = true;
  director_.reconsiders(node.core.child_spec(kill.child), process.manner);
  if (!process.manner.dies_after || process.manner.start == Manner::Start::launch_fails) return;
  post(now_ + *process.manner.dies_after, node.id, Exited{kill.child, kill.life, Ending::killed});
}

// A supervisor ends with shutdown, for whatever reason. To its parent, one that has not booted is a failed
// start.
void Host::perform(Node& node, const Finished&) {
  if (node.id != 0) post(now_, node.parent, Exited{node.child, node.life, Ending::shutdown});
}

}  // namespace ninelives::supervisor::test
