#include "tests/supervisor/core/play.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace ninelives::supervisor::test {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string of(const std::string& id, Ending ending) {
  return id + "(" + std::string(to_string(ending)) + ")";
}

// `s/t/a`: s/t and a.
std::pair<std::string, std::string> split(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string word(ChildView::Process process) {
  switch (process) {
    case ChildView::Process::undefined:
      return "undefined";
    case ChildView::Process::restarting:
      return "restarting";
    case ChildView::Process::present:
      return "present";
  }
  std::unreachable();
}

}  // namespace

Play& Play::boots() {
  give(0, Boot{});
  return *this;
}

void Play::next_starts(const std::string& id, std::deque<Start> starts) {
  next_starts_[id] = std::move(starts);
}

// ---- what happens

void Play::exits(const std::string& path, Ending ending) {
  const Place at = place(path);
  if (process(at).is_ready && !process(at).is_told) return dies(path, ending);
  give(at.node, Exited{at.child, process(at).life, ending});
}

void Play::exits_during(const std::string& first, Ending first_ending, const std::string& second,
                        Ending second_ending, int operations) {
  const Place at = place(first);
  host_.post(host_.now(), at.node, Exited{at.child, process(at).life, first_ending});
  story_.push_back("*" + of(first, first_ending));
  is_told_already_ = true;
  host_.run_one(host_.now());
  is_told_already_ = false;
  for (; operations > 0; --operations) host_.run_one(host_.now());
  if (runs(second)) dies(second, second_ending);
  while (host_.run_one(host_.now())) {
  }
}

// Before anything else that happens at this moment.
void Play::dies(const std::string& path, Ending ending) {
  const Place at = place(path);
  story_.push_back("*" + of(split(path).second, ending));
  comes_first_ = true;
  host_.post(host_.now(), at.node, Exited{at.child, process(at).life, ending});
  comes_first_ = false;
  is_told_already_ = true;
  host_.run_one(host_.now());
  is_told_already_ = false;
  while (host_.run_one(host_.now())) {
  }
}

bool Play::runs(const std::string& path) const {
  const auto [under, id] = split(path);
  const NodeId parent = node(under);
  const Supervisor& core = *host_.supervisor(parent);
  for (const ChildNumber child : core.children()) {
    if (core.child_spec(child).id != id) continue;
    const Process* process = host_.process(parent, child);
    return process != nullptr && process->is_ready;
  }
  return false;
}

bool Play::is_due() const {
  return std::ranges::any_of(host_.supervisors(), [this](NodeId supervisor) {
    const auto deadline = host_.supervisor(supervisor)->next_deadline();
    return deadline && *deadline <= host_.now();
  });
}

void Play::becomes_ready(const std::string& path) {
  const Place at = place(path);
  give(at.node, Ready{at.child, process(at).life});
}

void Play::is_killed(const std::string& path) { exits(path, Ending::abnormal); }

void Play::ticks() {
  for (const NodeId supervisor : host_.supervisors()) give(supervisor, Tick{});
}

void Play::passes(std::chrono::nanoseconds time) {
  const TimePoint end = host_.now() + time;
  for (;;) {
    std::optional<TimePoint> first;
    std::optional<NodeId> whose;
    for (const NodeId supervisor : host_.supervisors()) {
      const auto deadline = host_.supervisor(supervisor)->next_deadline();
      if (!deadline || *deadline > end || (first && *first <= *deadline)) continue;
      first = deadline;
      whose = supervisor;
    }
    if (!whose) break;
    host_.sleep_until(std::max(*first, host_.now()));
    give(*whose, Tick{});
  }
  host_.sleep_until(end);
}

void Play::give(NodeId to, Event event) {
  host_.post(host_.now(), to, std::move(event));
  while (host_.run_one(host_.now())) {
  }
}

// ---- requests

template <class Request>
std::string Play::ask(NodeId to, Request request) {
  const RequestId number = request.request = next_request_++;
  give(to, std::move(request));
  const auto answer = std::ranges::find(answers_, number, &std::pair<RequestId, std::string>::first);
  if (answer == answers_.end()) return "";
  const std::string text = answer->second;
  answers_.erase(answer);
  return text;
}

std::string Play::start_child(const ChildSpec& spec, const std::string& under) {
  return ask(node(under), StartChild{0, spec});
}
std::string Play::terminate_child(const std::string& path) {
  return ask(node(split(path).first), TerminateChild{0, name(path)});
}
std::string Play::restart_child(const std::string& path) {
  return ask(node(split(path).first), RestartChild{0, name(path)});
}
std::string Play::delete_child(const std::string& path) {
  return ask(node(split(path).first), DeleteChild{0, name(path)});
}
std::string Play::change_spec(const SupervisorSpec& spec, const std::string& under) {
  return ask(node(under), ChangeSpec{0, spec});
}
std::string Play::terminate_child(const ChildName& child, const std::string& under) {
  return ask(node(under), TerminateChild{0, child});
}

std::string Play::late_answers() {
  std::vector<std::string> texts;
  for (const auto& [request, text] : std::exchange(answers_, {})) texts.push_back(text);
  return joined(texts);
}

// ---- what can be seen

std::string Play::story() { return joined(std::exchange(story_, {})); }

std::string Play::reports() { return joined(std::exchange(reports_, {})); }

std::string Play::children(const std::string& under) const {
  std::vector<std::string> words;
  for (const ChildView& view : supervisor(under).which_children())
    words.push_back(view.id + ":" + word(view.process));
  return joined(words);
}

std::string Play::counts(const std::string& under) const {
  const Counts counts = supervisor(under).count_children();
  return std::to_string(counts.specs) + " " + std::to_string(counts.active) + " " +
         std::to_string(counts.supervisors) + " " + std::to_string(counts.workers);
}

ProcessRef Play::process(const std::string& path) const {
  const Place at = place(path);
  const Supervisor& core = *host_.supervisor(at.node);
  const bool is_down = host_.process(at.node, at.child) == nullptr;
  return {at.child, is_down ? ready_.at(at.node).at(at.child) : core.life(at.child)};
}

NodeId Play::node(const std::string& path) const {
  if (path.empty()) return 0;
  const Place at = place(path);
  return host_.process(at.node, at.child)->supervisor.value();
}

Play::Place Play::place(const std::string& path) const {
  const auto [under, id] = split(path);
  const NodeId parent = node(under);
  const Supervisor& core = *host_.supervisor(parent);
  for (const ChildNumber child : core.children()) {
    if (core.child_spec(child).id == id) return {parent, child};
  }
  throw std::out_of_range("there is no child " + path);
}

const Process& Play::process(const Place& place) const {
  const Process* process = host_.process(place.node, place.child);
  if (process == nullptr) throw std::logic_error("child " + std::to_string(place.child) + " has no process");
  return *process;
}

// Children of a dynamic supervisor are known by their processes.
ChildName Play::name(const std::string& path) const {
  const auto [under, id] = split(path);
  if (!is_dynamic(supervisor(under).spec())) return id;
  return process(path);
}

// ---- the director

Manner Play::manner(NodeId, const ChildSpec& child, Life) {
  Manner manner;
  switch (next_start(child.id)) {
    case Start::succeeds:
      break;
    case Start::fails:
      manner.start = Manner::Start::exits;
      break;
    case Start::fails_to_launch:
      manner.start = Manner::Start::launch_fails;
      break;
    case Start::ignores:
      manner.start = Manner::Start::exits;
      manner.start_ending = Ending::ignored;
      break;
    case Start::hangs:
      manner.starts_after.reset();
      break;
  }
  return manner;
}

void Play::reconsiders(const ChildSpec& child, Manner& manner) {
  if (deaf_.contains(child.id)) manner.stops_after.reset();
  if (slow_.contains(child.id)) manner.dies_after.reset();
  const auto ending = stop_endings_.find(child.id);
  if (ending != stop_endings_.end()) manner.stop_ending = ending->second;
}

Play::Start Play::next_start(const std::string& id) {
  std::deque<Start>& starts = next_starts_[id];
  if (starts.empty()) return broken_.contains(id) ? Start::fails : Start::succeeds;
  const Start start = starts.front();
  starts.pop_front();
  return start;
}

void Play::begins(NodeId id, const Supervisor& supervisor) {
  for (const ChildNumber child : supervisor.children()) ids_[id][child] = supervisor.child_spec(child).id;
}

void Play::follows(const Step& step) {
  const auto* ready = std::get_if<Ready>(&step.event);
  const auto* failed = std::get_if<LaunchFailed>(&step.event);
  const auto* exited = std::get_if<Exited>(&step.event);
  if (ready != nullptr) ready_[step.node][ready->child] = ready->life;
  if (ready != nullptr && !step.process->is_told) story_.push_back("+" + ids_[step.node][ready->child]);
  if (failed != nullptr) story_.push_back("!" + ids_[step.node][failed->child]);
  if (exited != nullptr) tell_end(step, *exited);
  for (const Action& action : step.actions) note(step, action);
}

// How a process has ended: by a stop, before it was ready, or by itself, as a supervisor does that has
// finished.
void Play::tell_end(const Step& step, const Exited& exited) {
  if (is_told_already_) return;
  const std::string& id = ids_[step.node][exited.child];
  if (step.process->is_told) {
    story_.push_back("-" + of(id, exited.ending));
  } else if (step.process->is_ready) {
    story_.push_back("*" + of(id, exited.ending));
  } else {
    story_.push_back((exited.ending == Ending::ignored ? "~" : "!") + id);
  }
}

void Play::note(const Step& step, const Action& action) {
  auto& ids = ids_[step.node];
  if (const auto* added = std::get_if<Added>(&action)) {
    if (step.after.has(added->child)) ids[added->child] = step.after.child_spec(added->child).id;
  } else if (const auto* report = std::get_if<Report>(&action)) {
    if (report->kind == Report::Kind::progress) return;
    reports_.push_back(std::string(to_string(report->kind)) + ":" + ids[report->child]);
  } else if (const auto* reply = std::get_if<Reply>(&action)) {
    answers_.emplace_back(reply->request, to_string(reply->answer));
  } else if (const auto* finished = std::get_if<Finished>(&action); finished != nullptr && step.node == 0) {
    std::string outcome = to_string(finished->outcome);
    const auto space = outcome.find(' ');
    if (space != std::string::npos) {
      outcome = outcome.substr(0, space + 1) + ids[std::stoull(outcome.substr(space + 1))];
    }
    story_.push_back("SUP(" + outcome + ")");
  }
}

}  // namespace ninelives::supervisor::test
