// What a core wants to be done, and what comes of it.
#include <map>

#include "tests/conformance/world.hpp"

namespace ninelives::conformance {

namespace core = supervisor;

namespace {

core::Ending ending_of(const std::string& reason) {
  if (reason == "ignore") return core::Ending::ignored;
  if (reason == "normal") return core::Ending::normal;
  if (reason == "shutdown") return core::Ending::shutdown;
  if (reason == "killed") return core::Ending::killed;
  return reason.starts_with("{shutdown,") ? core::Ending::shutdown_with_text : core::Ending::abnormal;
}

std::string supervisor_of(const Process& process) {
  return process.under == nullptr ? "driver" : process.under->self.name();
}

}  // namespace

void World::perform(Instance& instance, const core::Added& action) {
  const std::string& name = instance.core.child_spec(action.child).command.front();
  instance.definitions.emplace(action.child, &definition_of(population_.scenario(), name));
}

// ---- starts

void World::perform(Instance& instance, const core::Launch& action) {
  Process& process = population_.start(*instance.definitions.at(action.child), &instance);
  process.number = action.child;
  process.life = action.life;
  if (process.definition->spec.type == ChildType::worker) return launch_worker(process);
  say(instance.self.name() + " begins to start " + process.name());
  process.is_alive = process.had_pid = true;
  news_.push_back({&population_.supervise(process), core::Boot{}});
}

void World::launch_worker(Process& process) {
  switch (population_.outcome(*process.definition)) {
    case Start::ok:
      process.is_alive = process.had_pid = true;
      return start_ended(process, "ok");
    case Start::ignore:
      return start_ended(process, "ignore");
    case Start::error:
      return start_ended(process, "error");
  }
}

void World::start_ended(Process& process, const std::string& result) {
  say(supervisor_of(process) + " starts " + process.name() + ": " + result);
  if (process.under == nullptr) return;
  if (result == "ok") {
    news_.push_back({process.under, core::Ready{process.number, process.life}});
    return;
  }
  process.ending = result;
  // Its supervisor has gone on meanwhile.
  const core::Supervisor& above = process.under->core;
  if (above.state(process.number) != core::ChildState::starting || above.phase() == core::Phase::stopping) {
    differences_.insert(Difference::never_blocks);
  }
  tell_end(process);
}

// ---- stops

void World::perform(Instance& instance, const core::AskToStop& action) {
  Process& process = *population_.life_of(instance, action.child, action.life);
  ask(process, "shutdown");
  if (!process.is_alive) return tell_end(process);
  const Shutdown shutdown = shutdown_of(process.definition->spec);
  if (shutdown.kind == Shutdown::Kind::timeout) process.kill_at = now_ + shutdown.timeout;
  if (process.instance != nullptr) {
    news_.push_back({process.instance, core::StopAll{}});
  } else if (process.definition->stops != Reason::deaf) {
    end(process, std::string(to_string(process.definition->stops)));
  }
}

void World::perform(Instance& instance, const core::Kill& action) {
  Process& process = *population_.life_of(instance, action.child, action.life);
  ask(process, "kill");
  if (!process.is_alive) return tell_end(process);
  end(process, "killed");
}

// The line is there from the first time on, and complete when the process has ended.
void World::ask(Process& process, const char* how) {
  const bool is_first = process.asked.empty();
  // It is still starting: its supervisor has not waited for that.
  if (process.instance != nullptr && !process.instance->is_up) differences_.insert(Difference::never_blocks);
  process.asked += is_first ? how : std::string(", ") + how;
  if (is_first) {
    process.stop_line = trace_.back().lines.size();
    say("");
  }
  trace_.back().lines[process.stop_line] =
      supervisor_of(process) + " stops " + process.name() + " by " + process.asked + ": " + process.ending;
}

void World::end(Process& process, const std::string& reason) {
  bury(process, reason);
  tell_end(process);
}

// It is dead, and with it whatever is below; nobody is told.
void World::bury(Process& process, const std::string& reason) {
  process.is_alive = false;
  process.ending = reason;
  if (!process.asked.empty()) trace_.back().lines[process.stop_line] += reason;
  if (process.instance == nullptr) return;
  process.instance->is_over = true;
  process.instance->mail.clear();
  for (Process& child : population_.processes()) {
    if (child.under != process.instance || !child.is_alive) continue;
    if (child.instance != nullptr) child.instance->is_orphan = true;
    bury(child, "killed");
  }
}

void World::tell_end(Process& process) {
  process.end_is_told = true;
  news_.push_back({process.under, core::Exited{process.number, process.life, ending_of(process.ending)}});
}

void World::perform(Instance& instance, const core::Finished& action) {
  Process& process = instance.self;
  const std::string reason = reason_of(instance, action.outcome);
  if (!process.asked.empty()) return end(process, reason);
  bury(process, reason);
  if (!instance.is_up) return start_ended(process, reason);
  if (process.under != nullptr) process.under->mail.emplace_back(Gone{&process});
}

std::string World::reason_of(Instance& instance, const core::Outcome& outcome) {
  const auto* failed = std::get_if<core::FailedToStart>(&outcome);
  if (failed == nullptr) return "shutdown";
  const Definition& child = *instance.definitions.at(failed->child);
  const std::string& why = population_.child_of(instance, id_of(child))->ending;
  return "{shutdown,{failed_to_start_child," + id_of(child) + "," + why + "}}";
}

// ---- reports and replies

void World::perform(Instance& instance, const core::Report& action) {
  using Kind = core::Report::Kind;
  if (action.kind == Kind::progress) return;
  const bool is_of_many = is_dynamic(instance.core.spec()) && instance.core.phase() != core::Phase::running;
  const bool names_life =
      action.kind == Kind::child_terminated || (action.kind == Kind::shutdown_error && !is_of_many);
  const Process& process = *population_.life_of(instance, action.child, action.life);
  const std::string reason = action.kind == Kind::shutdown ? "reached_max_restart_intensity" : process.ending;
  say(instance.self.name() + " reports " + std::string(to_string(action.kind)) + " " +
      (names_life ? process.name() : id_of(*process.definition)) + " " + reason);
}

void World::perform(Instance& instance, const core::Reply& action) {
  std::string& reply = replies_.at(action.request);
  reply = reply.substr(0, reply.find(": ") + 2) + words_of(instance, action);
}

}  // namespace ninelives::conformance
