// What a supervisor does: the core's actions, performed in the order in which they are given.
#include <csignal>
#include <unistd.h>
#include <utility>

#include "ipc/launch_environment.hpp"
#include "supervisor/node/handover.hpp"
#include "supervisor/node/log.hpp"
#include "supervisor/node/supervisor_process.hpp"
#include "supervisor/os/descendants.hpp"
#include "supervisor/os/file_limit.hpp"

extern char** environ;

namespace ninelives::supervisor {
namespace {

TimePoint now() { return std::chrono::steady_clock::now().time_since_epoch(); }

// The supervisor's own, what the spec adds, and what tells a process who it is; a later one wins.
std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) merged.emplace_back(text);
  }
  for (const auto& [key, value] : added) merged.push_back(std::string(key).append("=").append(value));
  return merged;
}

std::vector<std::string> with_extra_arguments(std::vector<std::string> command,
                                              const std::vector<std::string>& extra) {
  if (!command.empty()) command.insert(command.begin() + 1, extra.begin(), extra.end());
  return command;
}

}  // namespace

// News may come while an earlier one's actions are being performed: it waits for its turn.
void SupervisorProcess::feed(const Event& event) {
  pending_.push_back(event);
  if (std::exchange(feeding_, true)) return;
  while (!pending_.empty()) {
    const Event next = std::move(pending_.front());
    pending_.pop_front();
    for (const Action& action : core_.step(now(), next)) perform(action);
    forget_gone();
    if (core_.has_booted() && !std::exchange(is_booted_, true)) {
      tell_unstarted();
      booted_();
    }
  }
  feeding_ = false;
  arm_deadline();
}

// Not whom the outcome may name.
void SupervisorProcess::forget_gone() {
  std::erase_if(gone_, [this](ChildNumber number) {
    const bool is_over = !core_.may_be_outcome(number);
    if (is_over) processes_.erase(number);
    return is_over;
  });
}

void SupervisorProcess::arm_deadline() {
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

void SupervisorProcess::perform(const Action& action) {
  std::visit([this](const auto& what) { perform(what); }, action);
}

void SupervisorProcess::perform(const Added& added) { take_place(added.child); }

// Where there is no room for it, its launch will say so.
void SupervisorProcess::take_place(ChildNumber number) {
  if (auto placed = take_places({{number}}); !placed) {
    processes_[number].last_reason = ExitReason::start_failed(placed.error().text);
  }
}

void SupervisorProcess::perform(const Became& became) {
  ChildProcess& child = processes_.at(became.child);
  // There may be a place by now.
  if (!child.place && became.state == ChildState::starting) take_place(became.child);
  if (child.place) tell_row(became, child);
  watchdog_.forget(became.child);
  const std::string reason = became.life == 0 ? "" : to_string(child.last_reason);
  switch (became.state) {
    case ChildState::starting:
      return;  // told when it has a process
    case ChildState::running:
      child.was_ready = true;
      if (spec(became.child).watchdog) watchdog_.watch(became.child);
      return write_event("started", became.child, became.life);
    case ChildState::stopping:
      return write_event("stopping", became.child, became.life);
    case ChildState::restarting:
      return write_event("restarting", became.child, became.life, reason);
    case ChildState::stopped:
      return write_event("stopped", became.child, became.life, reason);
    case ChildState::gone:
      gone_.push_back(became.child);
      if (child.place) give_back(*child.place);
      return write_event("gone", became.child, became.life, reason);
  }
}

// The mappings of the way to it go too. The next child may get this slot, in the same step.
void SupervisorProcess::give_back(const ipc::Owner& place) {
  by_slot_.erase(place.slot);
  endpoint_->look_at(place.slot);
  drain_mailbox_soon();
  places_.slot_is_gone();
}

void SupervisorProcess::tell_row(const Became& became, ChildProcess& child) {
  const Pid who = child.pid(became.life);
  const auto down = [&](ipc::RowState state) {
    if (spec(became.child).type == ChildType::supervisor) rows_.down_with(who.slot, state);
    rows_.down(who, state);
  };
  switch (became.state) {
    case ChildState::starting:
      return rows_.starting(who, spec(became.child).supervisor.partitions.value_or(0));
    case ChildState::running:
      return rows_.running(who);
    case ChildState::stopping:
      return rows_.stopping(who);
    case ChildState::restarting:
      return rows_.restarting(who);
    case ChildState::stopped:
      return down(ipc::RowState::stopped);
    case ChildState::gone:
      return down(ipc::RowState::gone);
  }
}

// Whoever was terminated before it was its turn in the boot stays as it was for the core. For everybody else
// an earlier life of this supervisor has promised that it will be started.
void SupervisorProcess::tell_unstarted() {
  for (const ChildNumber number : core_.children()) {
    ChildProcess& child = processes_.at(number);
    const bool is_down = core_.state(number) == ChildState::stopped && core_.life(number) == 0;
    if (is_down && child.place) tell_row({number, 0, ChildState::stopped}, child);
  }
}

void SupervisorProcess::perform(const Launch& launch) {
  ChildProcess& child = processes_.at(launch.child);
  child.life = launch.life;
  child.was_ready = false;
  child.stop_signal = 0;
  child.we_killed_it = false;
  child.start_timed_out = false;
  child.killed_for.reset();
  child.info.clear();
  child.os_pid = 0;
  if (!child.place) return launch_failed(launch, child.last_reason);
  auto process = launch_process(spec(launch.child), child, child.pid(launch.life));
  if (!process) return launch_failed(launch, ExitReason::start_failed(to_string(process.error())));
  child.watch = std::make_unique<ChildWatch>(
      io_, std::move(*process),
      [this, number = launch.child](const ExitStatus& status) { on_death(number, status); });
  child.os_pid = child.watch->pid();
  write_event("starting", launch.child, launch.life);
  // A program says nothing: that its exec has succeeded is all that there is to know.
  if (spec(launch.child).type == ChildType::program) feed(Ready{launch.child, launch.life});
}

void SupervisorProcess::launch_failed(const Launch& launch, ExitReason reason) {
  ChildProcess& child = processes_.at(launch.child);
  child.last_reason = std::move(reason);
  if (child.place) rows_.ended(child.pid(launch.life), child.last_reason);
  write_event("start_failed", launch.child, launch.life, to_string(child.last_reason));
  log_error(child.name + " did not start: " + child.last_reason.text);
  feed(LaunchFailed{launch.child, launch.life});
}

std::expected<Process, LaunchError> SupervisorProcess::launch_process(const ChildSpec& spec,
                                                                      ChildProcess& child, const Pid& who) {
  LaunchPlan plan{.executable = spec.executable,
                  .command = with_extra_arguments(spec.command, core_.spec().extra_arguments),
                  .environment = {},
                  .directory = spec.directory,
                  // Before exec, so that no worker asks for its place before the row names it.
                  .before_exec = [this, who](pid_t os_pid) {
                    restore_file_limit();
                    rows_.os_pid(who, os_pid);
                  }};
  auto variables = spec.environment;
  variables[ipc::env_node] = rows_.files().path().string();
  variables[ipc::env_slot] = std::to_string(who.slot);
  variables[ipc::env_incarnation] = std::to_string(who.incarnation);
  if (core_.spec().partitions) variables[ipc::env_partition] = spec.id;
  if (spec.via) variables[ipc::env_via] = spec.via->registry + '\n' + spec.via->key;
  ipc::UniqueFd handover;
  if (spec.type == ChildType::supervisor) {
    auto written = write_handover({.name = child.name, .events = events_.file(), .spec = spec.supervisor});
    if (!written) return std::unexpected(LaunchError{"hand over its children", written.error().number});
    handover = std::move(*written);
    plan.executable = "/proc/self/exe";  // also when an update has replaced the file
    plan.command = {"ninelives", "supervise", child.name};
    plan.input = handover.get();
    variables[ipc::env_under + std::to_string(who.slot)] = std::to_string(who.incarnation);
  }
  plan.environment = merged_environment(variables);
  return supervisor::launch(plan);
}

// A worker and a supervisor are asked by mail, which overtakes what is waiting there; a program, and whoever
// is not ready yet, by SIGTERM. All may be stopped (SIGSTOP).
void SupervisorProcess::perform(const AskToStop& ask) {
  ChildProcess& child = processes_.at(ask.child);
  if (!child.watch) return;  // dead already, and about to be buried
  child.stop_signal = SIGTERM;
  const bool mailed = spec(ask.child).type != ChildType::program && child.was_ready &&
                      endpoint_->send(*child.place, {.kind = ipc::Kind::stop}, ipc::no_patience);
  if (!mailed) (void)child.watch->signal(SIGTERM);
  (void)child.watch->signal(SIGCONT);
}

void SupervisorProcess::perform(const Kill& kill) {
  ChildProcess& child = processes_.at(kill.child);
  if (!child.watch) return;
  child.we_killed_it = true;
  child.start_timed_out = core_.state(kill.child) == ChildState::starting;
  log_warning(child.name + (child.start_timed_out ? " is killed: it is not ready in time" : " is killed"));
  (void)child.watch->signal_group(SIGKILL);
}

void SupervisorProcess::perform(const Report& report) {
  const ChildProcess& child = processes_.at(report.child);
  const bool is_progress = report.kind == Report::Kind::progress;
  const std::string reason = is_progress                             ? ""
                             : report.kind == Report::Kind::shutdown ? "reached_max_restart_intensity"
                                                                     : to_string(child.last_reason);
  events_.write_report({.event = to_string(report.kind),
                        .supervisor = identity_.name,
                        .child = child.name,
                        .slot = child.slot(),
                        .os_pid = child.life == report.life ? child.os_pid : 0,
                        .incarnation = child.pid(report.life).incarnation,
                        .reason = reason},
                       spec(report.child));
  if (is_progress) {
    log_info(child.name + " started as process " + std::to_string(child.watch->pid()));
  } else {
    log_error("supervisor " + (identity_.name.empty() ? std::string("of the node") : identity_.name) + ": " +
              std::string(to_string(report.kind)) + ": " + child.name + ": " + reason);
  }
}

void SupervisorProcess::perform(const Reply& reply) { management_.on_reply(*endpoint_, reply); }

void SupervisorProcess::perform(const Finished& finished) {
  outcome_ = finished.outcome;
  const auto about = [this](std::string_view event, ChildNumber number) {
    const auto known = processes_.find(number);
    if (known == processes_.end()) return;
    write_event(event, number, known->second.life, to_string(known->second.last_reason));
  };
  if (const auto* gave_up = std::get_if<GaveUp>(&finished.outcome)) about("gave_up", gave_up->child);
  if (const auto* failed = std::get_if<FailedToStart>(&finished.outcome))
    about("failed_to_start", failed->child);
  if (const auto* by = std::get_if<AutoShutdownBy>(&finished.outcome)) about("auto_shutdown", by->child);
}

void SupervisorProcess::write_event(std::string_view event, ChildNumber number, Life life,
                                    const std::string& reason) {
  const ChildProcess& child = processes_.at(number);
  events_.write({.event = event,
                 .supervisor = identity_.name,
                 .child = child.name,
                 .slot = child.slot(),
                 .os_pid = child.watch && child.life == life ? child.watch->pid() : 0,
                 .incarnation = life == 0 ? 0 : child.pid(life).incarnation,
                 .reason = reason});
}

// All children have ended. What has left their groups goes with them, and whoever is an orphan of ours by
// now.
void SupervisorProcess::clear_remains() {
  if (identity_.name.empty()) {
    kill_all_of(rows_.files().path());
  } else {
    kill_all_under(rows_.files().path(), identity_.pid);
  }
  kill_orphans({});
  reap_orphans({});
}

}  // namespace ninelives::supervisor
