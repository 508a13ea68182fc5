// What is done to a node: supervisor(3) by mail, deaths, and the stop of the whole.
#include <algorithm>
#include <csignal>
#include <stdexcept>

#include <ninelives/supervisor.hpp>

#include "supervisor/os/pidfd.hpp"
#include "tests/conformance/actor.hpp"
#include "tests/conformance/real_world.hpp"
#include "tests/conformance/words.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/trees.hpp"

namespace ninelives::conformance {

namespace {

// Rarely changed words of the tree, for real processes: no restart is ever forgotten, as in the oracle.
constexpr auto period = std::chrono::seconds(1'000'000);

bool is_below(pid_t pid, pid_t ancestor) {
  while (pid > 1 && pid != ancestor) pid = test::parent_of(pid);
  return pid == ancestor;
}

}  // namespace

void RealWorld::play(const Step& step) {
  const Answers* supervisor = find_supervisor(step.supervisor);
  if (supervisor == nullptr) {
    replies_.emplace_back("noproc");
    return;
  }
  for (const Event& event : step.events) play(*supervisor, event);
}

void RealWorld::play(const Answers& supervisor, const Event& event) {
  if (event.what == "stop") return node_.root().signal(SIGTERM);
  if (event.what == "exit") return end_child(supervisor, event);
  supervision::ChildName child = event.child;
  if (event.what != "start_child") {
    const auto named = child_name(event.child);
    if (!named) return;  // a life that never had a process cannot be named
    child = *named;
  }
  const std::string answer = call(supervisor, event, child);
  replies_.push_back("reply " + to_string(event) + ": " + answer);
}

// Where children have no ids they are known by their lives.
void RealWorld::end_child(const Answers& supervisor, const Event& event) const {
  const bool has_ids = supervisor.definition->spec.supervisor.strategy != Strategy::simple_one_for_one;
  const auto found = std::ranges::find_if(supervisor.children, [&](const supervision::ChildInfo& child) {
    if (child.process != supervision::ChildInfo::Process::present) return false;
    return name_of(child) == event.child || (has_ids && child.id == event.child);
  });
  if (found == supervisor.children.end()) return;
  if (event.reason == Reason::killed) return kill(found->pid);
  const auto sent = whereis<ActorApi>(found->name).cast(End{std::string(to_string(event.reason))});
  if (!sent) throw std::runtime_error("cannot end " + found->name + ": " + sent.error().text);
}

void RealWorld::kill(const Pid& pid) const {
  const SeenLife* life = chronicle_.life(pid);
  const ipc::UniqueFd pidfd = life == nullptr ? ipc::UniqueFd() : supervisor::open_pidfd(life->os_pid);
  // Once the descriptor is open the number cannot become a stranger's any more.
  if (!pidfd || !is_below(life->os_pid, node_.root().pid()))
    throw std::runtime_error("whoever is to be killed does not run");
  supervisor::send_signal(pidfd.get(), SIGKILL);
}

std::optional<supervision::ChildName> RealWorld::child_name(const std::string& child) const {
  if (child == "stranger") return place_->self();
  if (!child.contains('#')) return child;
  const SeenLife* life = chronicle_.life(child);
  if (life == nullptr || !life->had_pid()) return std::nullopt;
  return life->pid;
}

std::string RealWorld::call(const Answers& supervisor, const Event& event,
                            const supervision::ChildName& child) {
  const auto called = whereis<SupervisorApi>(supervisor.path);
  const auto answer = [&](const auto& request) {
    const auto reply = called.call(request, test::patience);
    read_events();  // which may name who has been started
    using Kind = CallError::Kind;
    const bool is_down = !reply && (reply.error().kind == Kind::down || reply.error().kind == Kind::dropped);
    if (!reply) return is_down ? std::string("down") : reply.error().text;
    return words_of(*reply);
  };
  if (event.what == "which_children") {
    const auto reply = called.call(supervision::WhichChildren{}, test::patience);
    read_events();
    return reply ? words_of(supervisor, *reply) : reply.error().text;
  }
  if (event.what == "count_children") return answer(supervision::CountChildren{});
  if (event.what == "get_childspec") return answer(supervision::GetChildspec{child});
  if (event.what == "terminate_child") return answer(supervision::TerminateChild{child});
  if (event.what == "restart_child") return answer(supervision::RestartChild{child});
  if (event.what == "delete_child") return answer(supervision::DeleteChild{child});
  if (event.child.empty()) return answer(supervision::StartFromTemplate{});
  return answer(supervision::StartChild{spec_of(definition_of(scenario_, event.child))});
}

// With actors for workers.
ChildSpec RealWorld::spec_of(const Definition& definition) const {
  ChildSpec spec = child_spec(scenario_, definition);
  enlist(spec);
  return spec;
}

void RealWorld::enlist(ChildSpec& spec) const {
  if (spec.type == ChildType::supervisor) {
    spec.command.clear();
    spec.supervisor.period = period;
    for (ChildSpec& child : spec.supervisor.children) enlist(child);
    return;
  }
  const Definition& definition = definition_of(scenario_, spec.command.front());
  const auto counter = sandbox_ / (node_name_ + "." + definition.name + ".starts");
  spec.command = {test::test_program("actor"), counter.string(), std::string(to_string(definition.stops))};
  for (const Start start : definition.starts) spec.command.emplace_back(to_string(start));
}

}  // namespace ninelives::conformance
