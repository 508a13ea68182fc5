// What the root does: the core's actions, performed in the order in which they are given.
#include <csignal>
#include <unistd.h>
#include <utility>

#include "ipc/launch_environment.hpp"
#include "supervisor/node/log.hpp"
#include "supervisor/node/root.hpp"
#include "supervisor/os/descendants.hpp"
#include "supervisor/os/file_limit.hpp"

extern char** environ;

namespace ninelives::supervisor {
namespace {

TimePoint now() { return std::chrono::steady_clock::now().time_since_epoch(); }

// The supervisor's own, what the tree file adds, and what tells a worker who it is; a later one wins.
std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) merged.emplace_back(text);
  }
  for (const auto& [key, value] : added) merged.push_back(key + "=" + value);
  return merged;
}

}  // namespace

// News may come while an earlier one's actions are being performed: it waits for its turn.
void Root::feed(const Event& event) {
  pending_.push_back(event);
  if (std::exchange(feeding_, true)) return;
  while (!pending_.empty()) {
    const Event next = std::move(pending_.front());
    pending_.pop_front();
    for (const Action& action : core_.step(now(), next)) perform(action);
  }
  feeding_ = false;
  arm_deadline();
}

void Root::arm_deadline() {
  const auto deadline = core_.next_deadline();
  if (!deadline) {
    deadline_.cancel();
    return;
  }
  deadline_.expires_at(std::chrono::steady_clock::time_point(*deadline));
  deadline_.async_wait([this](const boost::system::error_code& error) {
    if (!error) feed(Tick{});
  });
}

void Root::perform(const Action& action) {
  std::visit([this](const auto& what) { perform(what); }, action);
}

void Root::perform(const Became& became) {
  const Pid who = pid(became.child, became.life);
  ChildProcess& child = children_[became.child];
  switch (became.state) {
    case ChildState::starting:
      slots_.starting(who);
      break;
    case ChildState::running:
      child.was_ready = true;
      slots_.running(who);
      report("started", became.child, became.life);
      log_info(name(became.child) + " started as process " + std::to_string(child.watch->pid()));
      break;
    case ChildState::stopping:
      slots_.stopping(who);
      report("stopping", became.child, became.life);
      break;
    case ChildState::restarting:
      slots_.restarting(who);
      report("restarting", became.child, became.life, to_string(child.last_reason));
      break;
    case ChildState::stopped:
      slots_.down(who, ipc::RowState::stopped);
      report("stopped", became.child, became.life, became.life == 0 ? "" : to_string(child.last_reason));
      break;
    case ChildState::gone:
      slots_.down(who, ipc::RowState::gone);
      report("gone", became.child, became.life, became.life == 0 ? "" : to_string(child.last_reason));
      break;
  }
}

void Root::perform(const Launch& launch) {
  ChildProcess& child = children_[launch.child];
  const Pid who = pid(launch.child, launch.life);
  child.life = launch.life;
  child.was_ready = false;
  child.stop_signal = 0;
  child.we_killed_it = false;
  auto process = supervisor::launch(plan(launch.child, who));
  if (!process) {
    child.last_reason = ExitReason::start_failed(to_string(process.error()));
    slots_.ended(who, child.last_reason);
    report("start_failed", launch.child, launch.life, to_string(child.last_reason));
    log_error(name(launch.child) + " did not start: " + to_string(process.error()));
    feed(LaunchFailed{launch.child, launch.life});
    return;
  }
  child.watch = std::make_unique<ChildWatch>(
      io_, std::move(*process),
      [this, index = launch.child](const ExitStatus& status) { on_death(index, status); });
  report("starting", launch.child, launch.life);
  // A program says nothing: that its exec has succeeded is all that there is to know.
  if (type(launch.child) == ChildType::program) feed(Ready{launch.child, launch.life});
}

LaunchPlan Root::plan(ChildIndex index, const Pid& who) {
  const ninelives::ChildSpec& entry = child_spec(index);
  auto variables = entry.environment;
  variables[ipc::env_node] = home_.files().path().string();
  variables[ipc::env_slot] = std::to_string(who.slot);
  variables[ipc::env_incarnation] = std::to_string(who.incarnation);
  return {.executable = entry.executable,
          .command = entry.command,
          .environment = merged_environment(variables),
          .directory = entry.directory,
          // Before exec, so that no worker asks for its place before the row names it.
          .before_exec = [this, who](pid_t os_pid) {
            restore_file_limit();
            slots_.os_pid(who, os_pid);
          }};
}

// A worker is asked by mail, which overtakes what is waiting there; a program by SIGTERM. Both may be stopped
// (SIGSTOP).
void Root::perform(const AskToStop& ask) {
  ChildProcess& child = children_[ask.child];
  child.stop_signal = SIGTERM;
  const bool mailed = type(ask.child) == ChildType::worker && child.was_ready &&
                      endpoint_->send(child.owner, {.kind = ipc::Kind::stop}, ipc::no_patience);
  if (!mailed) child.watch->signal(SIGTERM);
  child.watch->signal(SIGCONT);
}

void Root::perform(const Kill& kill) {
  ChildProcess& child = children_[kill.child];
  child.we_killed_it = true;
  log_warning(name(kill.child) + " is killed");
  child.watch->signal_group(SIGKILL);
}

void Root::perform(const Finished& finished) {
  outcome_ = finished.outcome;
  if (const auto* gave_up = std::get_if<GaveUp>(&finished.outcome)) {
    report("gave_up", gave_up->child, children_[gave_up->child].life,
           to_string(children_[gave_up->child].last_reason));
  } else if (const auto* failed = std::get_if<FailedToStart>(&finished.outcome)) {
    report("failed_to_start", failed->child, children_[failed->child].life,
           to_string(children_[failed->child].last_reason));
  }
}

void Root::report(std::string_view event, ChildIndex index, Life life, const std::string& reason) {
  const ChildProcess& child = children_[index];
  const bool has_process = child.watch && child.life == life;
  events_.write({event, name(index), has_process ? child.watch->pid() : 0,
                 life == 0 ? 0 : pid(index, life).incarnation, reason});
}

// All children have ended. What has left their groups goes with the node, and whoever is an orphan of ours by
// now.
void Root::clear_remains() {
  kill_all_of(home_.files().path());
  kill_orphans({});
  reap_orphans({});
}

std::string Root::explain(const Outcome& outcome) const {
  auto last_words = [this](ChildIndex index) { return to_string(children_[index].last_reason); };
  if (const auto* gave_up = std::get_if<GaveUp>(&outcome)) {
    const auto seconds = std::chrono::duration<double>(tree_.tree.supervisor.period).count();
    std::string period = std::to_string(seconds);
    period.erase(period.find_last_not_of('0') + 1);
    if (period.back() == '.') period.pop_back();
    return "node " + tree_.tree.node + " gave up: \"" + name(gave_up->child) + "\" needed more than " +
           std::to_string(tree_.tree.supervisor.intensity) + " restarts within " + period +
           " s, the last time because of " + last_words(gave_up->child);
  }
  if (const auto* failed = std::get_if<FailedToStart>(&outcome)) {
    return "node " + tree_.tree.node + " did not start: \"" + name(failed->child) +
           "\": " + last_words(failed->child);
  }
  return "node " + tree_.tree.node + " has stopped";
}

}  // namespace ninelives::supervisor
