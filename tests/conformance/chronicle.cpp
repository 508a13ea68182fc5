#include "tests/conformance/chronicle.hpp"

#include <algorithm>
#include <utility>

namespace ninelives::conformance {

namespace {

// Of an event that tells of a life.
Pid pid_of(const test::SeenEvent& event) {
  if (event.slot < 0) return {};
  return {static_cast<Slot>(event.slot), static_cast<Incarnation>(event.incarnation)};
}

bool is_killed(std::string_view reason) { return reason == "killed" || reason.starts_with("signal(9"); }

}  // namespace

std::string_view id_of_path(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
  return path.substr(0, path.find(':'));
}

void Chronicle::begin_step() {
  lines_.clear();
  ended_.clear();
}

void Chronicle::add(const test::SeenEvent& event) {
  if (!take(event)) {
    early_.push_back(event);
  } else if (event.event == "starting") {
    for (const test::SeenEvent& early : std::exchange(early_, {})) add(early);
  }
}

// False: it is about somebody of whom nothing is known yet.
bool Chronicle::take(const test::SeenEvent& event) {
  if (event.event == "node_stopped" || event.event == "node_failed") {
    node_ended();
    return true;
  }
  if (event.event == "failed_to_start" && event.supervisor.empty()) {
    failed_boot_ = "{shutdown,{failed_to_start_child," + std::string(id_of_path(event.child)) + "," +
                   reason_of(event.reason) + "}}";
  }
  if (event.event == "starting") {
    if (!event.supervisor.empty() && living(event.supervisor) == nullptr) return false;
    starting(event);
    return true;
  }
  SeenLife* life = find(event);
  if (life == nullptr) return event.incarnation == 0;
  if (event.is_report) {
    report(event, *life);
  } else if (event.event == "started") {
    started(*life);
  } else if (event.event == "stopping") {
    stopping(*life);
  } else if (event.event == "exited") {
    exited(*life, event.reason);
  }
  return true;
}

std::vector<std::string> Chronicle::lines() const {
  std::vector<std::string> lines = lines_;
  for (const SeenLife* life : ended_) lines.push_back("ended " + life->name + ": " + endings_.at(life));
  return lines;
}

const SeenLife* Chronicle::life(const Pid& pid) const {
  const auto found = std::ranges::find(lives_, pid, &SeenLife::pid);
  return found == lives_.end() ? nullptr : &*found;
}

const SeenLife* Chronicle::life(std::string_view name) const {
  const auto found = std::ranges::find(lives_, name, &SeenLife::name);
  return found == lives_.end() ? nullptr : &*found;
}

SeenLife* Chronicle::find(const test::SeenEvent& event) { return const_cast<SeenLife*>(life(pid_of(event))); }

const SeenLife* Chronicle::living(std::string_view path) const {
  const auto found =
      std::ranges::find_if(lives_, [&](const SeenLife& life) { return life.path == path && !life.is_over; });
  return found == lives_.end() ? nullptr : &*found;
}

std::string Chronicle::supervisor_of(const test::SeenEvent& event) const {
  if (event.supervisor.empty()) return id_of(scenario_.definitions.front()) + "#1";
  const SeenLife* supervisor = living(event.supervisor);
  return supervisor == nullptr ? event.supervisor + "#?" : supervisor->name;
}

std::string Chronicle::reason_of(const std::string& reason) {
  if (const auto failed = reason.find("failed_to_start_child: "); failed != reason.npos) {
    const std::string path = reason.substr(failed + 23, reason.find(": ", failed + 23) - failed - 23);
    return "{shutdown,{failed_to_start_child," + std::string(id_of_path(path)) + ",...}}";
  }
  if (reason == "normal" || reason == "shutdown") return reason;
  if (reason == "ignored") return "ignore";
  if (reason.starts_with("{shutdown, ")) return "{shutdown,x}";
  if (is_killed(reason)) return "killed";
  return reason.contains("error(\"error") ? "error" : reason;
}

void Chronicle::starting(const test::SeenEvent& event) {
  const std::string id(id_of_path(event.child));
  const SeenLife& life = lives_.emplace_back(
      SeenLife{.name = id + "#" + std::to_string(++starts_[id]),
               .under = supervisor_of(event),
               .path = event.child,
               .is_supervisor = definition_of_id(scenario_, id).spec.type == ChildType::supervisor,
               .pid = pid_of(event),
               .os_pid = event.pid});
  if (life.is_supervisor) say(life.under + " begins to start " + life.name);
}

void Chronicle::started(SeenLife& life) {
  life.was_ready = true;
  say(life.under + " starts " + life.name + ": ok");
}

void Chronicle::stopping(SeenLife& life) {
  life.was_asked_to_stop = true;
  life.stop_line = lines_.size();
  say(life.under + " stops " + life.name + " by request: ");
}

void Chronicle::exited(SeenLife& life, const std::string& reason) {
  life.is_over = true;
  endings_[&life] = reason_of(reason);
  if (life.was_asked_to_stop) {
    if (life.stop_line < lines_.size()) lines_[life.stop_line] += endings_[&life];
  } else if (!life.was_ready) {
    say(life.under + " starts " + life.name + ": " + endings_[&life]);
  } else if (life.is_supervisor) {
    ended_.push_back(&life);
  }
  if (!life.is_supervisor || !is_killed(reason)) return;
  // Those below it have gone with it, which its own death tells.
  std::erase_if(ended_, [&](const SeenLife* other) { return other->path.starts_with(life.path + "/"); });
}

void Chronicle::report(const test::SeenEvent& event, const SeenLife& life) {
  if (event.event == "progress") return;
  const bool names_life = event.event == "child_terminated" || event.event == "shutdown_error";
  const std::string which = names_life ? life.name : std::string(id_of_path(life.path));
  const std::string reason = event.event == "shutdown" ? event.reason : reason_of(event.reason);
  say(supervisor_of(event) + " reports " + event.event + " " + which + " " + reason);
}

void Chronicle::node_ended() {
  is_over_ = true;
  const std::string top = id_of(scenario_.definitions.front()) + "#1: ";
  say(failed_boot_.empty() ? "ended " + top + "shutdown" : "driver starts " + top + failed_boot_);
}

}  // namespace ninelives::conformance
