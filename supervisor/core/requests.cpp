// The functions of supervisor(3). Each answers as OTP does in the state that the child is in. What would
// change a group while a pass is under way takes its turn afterwards.
#include <algorithm>
#include <ranges>
#include <utility>

#include "supervisor/core/supervisor.hpp"

namespace ninelives::supervisor {

namespace {

// It is being stopped, and not in order to be started again: what needs it without a process waits for that.
bool is_going_down(const Child& child) { return child.is_to_end() && child.turn != Turn::stop_and_start; }

bool is_to_be_started(const Child& child) {
  return child.state() == ChildState::restarting || child.turn == Turn::start;
}

// A child of simple_one_for_one is the template with arguments added.
ChildSpec with_template(const ChildSpec& child, const ChildSpec& former, const ChildSpec& next) {
  ChildSpec spec = next;
  spec.id = child.id;
  const auto added = child.command | std::views::drop(former.command.size());
  spec.command.insert(spec.command.end(), added.begin(), added.end());
  return spec;
}

}  // namespace

// ---- start_child

void Supervisor::on(const StartChild& event) {
  if (phase_ == Phase::stopping) return;
  Child* present = children_.find(event.spec.id);
  if (present == nullptr) {
    if (must_wait()) return waiting_.push_back(event);
    return admit(event);
  }
  if (is_going_down(*present)) return present->later.push_back(event);
  if (present->has_process()) return reply(event.request, Answer::already_started, *present);
  reply(event.request, Answer::already_present);
}

void Supervisor::admit(const StartChild& event) {
  if (spec_.max_children && children_.size() >= *spec_.max_children) {
    return reply(event.request, Answer::max_children);
  }
  Child& child = children_.add(event.spec);
  actions_.push_back(Added{child.number()});
  start_by_request(child, StartCause::start_child, event.request);
}

void Supervisor::start_by_request(Child& child, StartCause cause, RequestId request) {
  child.start_request = request;
  if (!is_group()) return start(child, cause);
  child.turn = Turn::start;
  pass_ = Pass{.kind = Pass::Kind::request, .cause = cause, .to_start = {child.number()}};
  advance_pass();
}

// ---- terminate_child, restart_child, delete_child

void Supervisor::on(const TerminateChild& event) {
  if (phase_ == Phase::stopping) return;
  const auto resolved = resolve(event.child);
  if (const auto* answer = std::get_if<Answer>(&resolved)) return reply(event.request, *answer);
  Child& child = *std::get<Child*>(resolved);
  switch (child.state()) {
    case ChildState::starting:
    case ChildState::running:
    case ChildState::stopping:
      child.stop_requests.push_back(event.request);
      if (child.turn == Turn::stop_and_start) child.turn = Turn::stop;
      if (child.state() != ChildState::stopping) stop(child);
      return;
    case ChildState::restarting:
      child.stop_requests.push_back(event.request);
      return cancel_restart(child);
    case ChildState::stopped:
    case ChildState::gone:
      child.turn = Turn::none;
      if (child.spec().restart == Restart::temporary) go_down(child);
      return reply(event.request, Answer::ok);
  }
}

void Supervisor::on(const RestartChild& event) {
  if (phase_ == Phase::stopping) return;
  const auto resolved = resolve_static(event.child);
  if (const auto* answer = std::get_if<Answer>(&resolved)) return reply(event.request, *answer);
  Child& child = *std::get<Child*>(resolved);
  if (is_going_down(child)) return child.later.push_back(event);
  if (child.has_process()) return reply(event.request, Answer::running);
  if (is_to_be_started(child)) return reply(event.request, Answer::restarting);
  if (must_wait()) return waiting_.push_back(event);
  start_by_request(child, StartCause::restart_child, event.request);
}

void Supervisor::on(const DeleteChild& event) {
  if (phase_ == Phase::stopping) return;
  const auto resolved = resolve_static(event.child);
  if (const auto* answer = std::get_if<Answer>(&resolved)) return reply(event.request, *answer);
  Child& child = *std::get<Child*>(resolved);
  if (is_going_down(child)) return child.later.push_back(event);
  if (child.has_process()) return reply(event.request, Answer::running);
  if (is_to_be_started(child)) return reply(event.request, Answer::restarting);
  go_down(child, true);
  reply(event.request, Answer::ok);
}

std::variant<Child*, Answer> Supervisor::resolve(const ChildName& name) const {
  const bool is_simple = spec_.strategy == Strategy::simple_one_for_one;
  if (const auto* id = std::get_if<std::string>(&name)) {
    if (is_simple) return Answer::simple_one_for_one;
    Child* child = children_.find(*id);
    if (child == nullptr) return Answer::not_found;
    return child;
  }
  if (!is_dynamic(spec_)) return Answer::not_found;
  if (const auto* process = std::get_if<ProcessRef>(&name)) {
    Child* child = children_.find(process->child);
    if (child != nullptr && child->known_as() == process->life) return child;
    return is_simple ? Answer::ok : Answer::not_found;  // it is dead
  }
  return is_simple && !std::get<Stranger>(name).is_alive ? Answer::ok : Answer::not_found;
}

// For what a dynamic supervisor does not do.
std::variant<Child*, Answer> Supervisor::resolve_static(const ChildName& name) const {
  if (spec_.strategy == Strategy::simple_one_for_one) return Answer::simple_one_for_one;
  if (spec_.dynamic) return Answer::not_found;
  return resolve(name);
}

// ---- code_change

void Supervisor::on(const ChangeSpec& event) {
  if (phase_ == Phase::stopping) return;
  if (must_wait()) return waiting_.push_back(event);
  const SupervisorSpec& spec = event.spec;
  const bool is_same_kind =
      spec.dynamic == spec_.dynamic && spec.partitions == spec_.partitions &&
      (spec.strategy == Strategy::simple_one_for_one) == (spec_.strategy == Strategy::simple_one_for_one);
  if (!is_same_kind) return reply(event.request, Answer::not_changed);
  intensity_.change(spec.intensity, spec.period);
  if (spec.strategy == Strategy::simple_one_for_one) {
    for (Child& child : children_.in_order()) {
      child.change(with_template(child.spec(), spec_.children.front(), spec.children.front()));
    }
  }
  spec_ = spec;
  if (!is_dynamic(spec_)) {
    for (const ChildNumber added : children_.change(children_at_boot(spec))) {
      actions_.push_back(Added{added});
    }
    spec_.children.clear();
  }
  reply(event.request, Answer::ok);
}

// ---- replies

void Supervisor::reply(RequestId request, Answer answer) { actions_.push_back(Reply{request, answer}); }

void Supervisor::reply(RequestId request, Answer answer, const Child& child) {
  actions_.push_back(Reply{request, answer, child.number(), child.life()});
}

void Supervisor::answer_start(Child& child, Answer answer) {
  if (const auto request = std::exchange(child.start_request, std::nullopt)) reply(*request, answer, child);
}

// ---- which_children, count_children, get_childspec

std::vector<ChildView> Supervisor::which_children() const {
  std::vector<ChildView> views;
  for (const Child& child : children_.in_order() | std::views::reverse) {
    const auto process = child.has_process()                       ? ChildView::Process::present
                         : child.state() == ChildState::restarting ? ChildView::Process::restarting
                                                                   : ChildView::Process::undefined;
    views.push_back({child.number(), child.spec().id, process, child.known_as(), child.spec().type});
  }
  return views;
}

Counts Supervisor::count_children() const {
  Counts counts;
  for (const Child& child : children_.in_order()) {
    ++counts.specs;
    if (child.has_process()) ++counts.active;
    ++(child.spec().type == ChildType::supervisor ? counts.supervisors : counts.workers);
  }
  if (spec_.strategy == Strategy::simple_one_for_one) counts.specs = 1;
  return counts;
}

const ChildSpec* Supervisor::get_childspec(const ChildName& name) const {
  if (spec_.strategy == Strategy::simple_one_for_one) return get_template(name);
  const auto resolved = resolve(name);
  const auto* child = std::get_if<Child*>(&resolved);
  return child == nullptr ? nullptr : &(*child)->spec();
}

// It is found by its own id, by each of its children, and by whatever process is dead.
const ChildSpec* Supervisor::get_template(const ChildName& name) const {
  const ChildSpec* found = &spec_.children.front();
  if (const auto* id = std::get_if<std::string>(&name)) return *id == found->id ? found : nullptr;
  const auto resolved = resolve(name);
  const auto* answer = std::get_if<Answer>(&resolved);
  return answer != nullptr && *answer != Answer::ok ? nullptr : found;
}

}  // namespace ninelives::supervisor
