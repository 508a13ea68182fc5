#include "supervisor/node/management.hpp"

#include <span>
#include <unistd.h>
#include <utility>

#include <ninelives/spec/check.hpp>

#include "supervisor/node/executables.hpp"

namespace ninelives::supervisor {
namespace {

using supervision::ChildError;
using ErrorKind = supervision::ChildError::Kind;

constexpr const char* these_alone = "a supervisor with partitions has these for children, and no others";

std::unexpected<ChildError> refused(ErrorKind kind, std::string text) {
  return std::unexpected(ChildError{.kind = kind, .text = std::move(text)});
}

ErrorKind kind_of(Answer answer) {
  switch (answer) {
    case Answer::already_started:
      return ErrorKind::already_started;
    case Answer::already_present:
      return ErrorKind::already_present;
    case Answer::not_found:
      return ErrorKind::not_found;
    case Answer::running:
      return ErrorKind::running;
    case Answer::restarting:
      return ErrorKind::restarting;
    case Answer::start_failed:
      return ErrorKind::start_failed;
    case Answer::max_children:
      return ErrorKind::max_children;
    case Answer::simple_one_for_one:
      return ErrorKind::simple_one_for_one;
    case Answer::not_changed:
      return ErrorKind::not_changed;
    case Answer::ok:
    case Answer::started:
    case Answer::ignored:
      break;  // no errors
  }
  std::unreachable();
}

std::string sentence_of(Answer answer) {
  switch (answer) {
    case Answer::already_present:
      return "a child of that id is there already, and has no process: restart_child starts it, delete_child "
             "removes it";
    case Answer::not_found:
      return "there is no such child";
    case Answer::running:
      return "the child is running: terminate_child first";
    case Answer::restarting:
      return "the child is being restarted: terminate_child ends that";
    case Answer::max_children:
      return "there are max_children of them already";
    case Answer::simple_one_for_one:
      return "the children of a simple_one_for_one supervisor have no ids: they are known by their processes";
    case Answer::not_changed:
      return "a running supervisor cannot become dynamic or simple_one_for_one, nor cease to be, and has as "
             "many partitions as it has";
    default:
      return "";
  }
}

// Without the word that the error's kind says already.
std::string why_not_started(const ExitReason& reason) {
  return reason.kind == ExitReason::Kind::start_failed ? reason.text : to_string(reason);
}

}  // namespace

// ---- requests

void Management::on_call(ipc::Endpoint& endpoint, const ipc::Received& call) {
  namespace asked = ninelives::supervision;  // the core has events of the same names
  const Answering answer{endpoint, call};
  const bool is_known =
      handled<asked::StartChild>(answer, call) || handled<asked::StartFromTemplate>(answer, call) ||
      handled<asked::RestartChild>(answer, call) || handled<asked::TerminateChild>(answer, call) ||
      handled<asked::DeleteChild>(answer, call) || handled<asked::ChangeSpec>(answer, call) ||
      handled<asked::WhichChildren>(answer, call) || handled<asked::CountChildren>(answer, call) ||
      handled<asked::GetChildspec>(answer, call);
  if (!is_known) {
    endpoint.reply(call.from, ipc::Kind::refusal, call.ref, "a supervisor knows no such message");
  }
}

// Whether it is this message; an answer is on its way then.
template <class Message>
bool Management::handled(const Answering& answer, const ipc::Received& call) {
  if (call.message != wire_id<Message>) return false;
  if (const auto asked = from_bytes<Message>(call.payload)) {
    handle(answer, *asked);
  } else {
    answer.endpoint.reply(call.from, ipc::Kind::refusal, call.ref, asked.error());
  }
  return true;
}

void Management::handle(const Answering& answer, const supervision::StartChild& asked) {
  using supervision::StartResult;
  if (core_.spec().strategy == Strategy::simple_one_for_one) {
    return answer(StartResult(refused(ErrorKind::simple_one_for_one,
                                      "its children are made from its template: ask start_from_template")));
  }
  if (core_.spec().partitions) return answer(StartResult(refused(ErrorKind::partitioned, these_alone)));
  auto spec = prepared(asked.spec);
  if (!spec) return answer(StartResult(std::unexpected(std::move(spec.error()))));
  feed_(supervisor::StartChild{remember(answer, true), std::move(*spec)});
}

void Management::handle(const Answering& answer, const supervision::StartFromTemplate& asked) {
  if (core_.spec().strategy != Strategy::simple_one_for_one) {
    return answer(supervision::StartResult(
        refused(ErrorKind::invalid_spec, "this supervisor has no template: ask start_child, with a spec")));
  }
  ChildSpec spec = core_.spec().children.front();
  spec.command.insert(spec.command.end(), asked.arguments.begin(), asked.arguments.end());
  feed_(supervisor::StartChild{remember(answer, true), std::move(spec)});
}

void Management::handle(const Answering& answer, const supervision::RestartChild& asked) {
  feed_(supervisor::RestartChild{remember(answer, true), resolve(asked.child)});
}

void Management::handle(const Answering& answer, const supervision::TerminateChild& asked) {
  feed_(supervisor::TerminateChild{remember(answer, false), resolve(asked.child)});
}

void Management::handle(const Answering& answer, const supervision::DeleteChild& asked) {
  if (core_.spec().partitions) return answer(supervision::Done(refused(ErrorKind::partitioned, these_alone)));
  feed_(supervisor::DeleteChild{remember(answer, false), resolve(asked.child)});
}

void Management::handle(const Answering& answer, const supervision::ChangeSpec& asked) {
  SupervisorSpec spec = asked.spec;
  const auto faults = check(spec);
  if (!faults.empty()) {
    return answer(supervision::Done(refused(ErrorKind::invalid_spec, ninelives::to_string(faults))));
  }
  if (auto found = find_executables(spec); !found) {
    return answer(supervision::Done(refused(ErrorKind::invalid_spec, found.error())));
  }
  feed_(supervisor::ChangeSpec{remember(answer, false), std::move(spec)});
}

void Management::handle(const Answering& answer, const supervision::WhichChildren&) {
  using State = supervision::ChildInfo::Process;
  std::vector<supervision::ChildInfo> children;
  for (const ChildView& view : core_.which_children()) {
    const ChildProcess* known = process(view.number);
    supervision::ChildInfo child{.id = view.id, .name = known ? known->name : "", .type = view.type};
    if (view.process == ChildView::Process::restarting) child.process = State::restarting;
    if (view.process == ChildView::Process::present) child.process = State::present;
    const bool is_known_by_a_process = child.process != State::undefined && view.life > 0;
    if (known && is_known_by_a_process) child.pid = known->pid(view.life);
    children.push_back(std::move(child));
  }
  answer(children);
}

void Management::handle(const Answering& answer, const supervision::CountChildren&) {
  const Counts counts = core_.count_children();
  answer(supervision::ChildCounts{counts.specs, counts.active, counts.supervisors, counts.workers});
}

void Management::handle(const Answering& answer, const supervision::GetChildspec& asked) {
  using Result = std::expected<ChildSpec, ChildError>;
  const ChildSpec* spec = core_.get_childspec(resolve(asked.child));
  answer(spec ? Result(*spec) : Result(refused(ErrorKind::not_found, sentence_of(Answer::not_found))));
}

RequestId Management::remember(const Answering& answer, bool of_start) {
  callers_.emplace(++last_request_, Caller{answer.call.from, answer.call.ref, of_start});
  return last_request_;
}

ChildName Management::resolve(const supervision::ChildName& name) const {
  if (const auto* id = std::get_if<std::string>(&name)) return *id;
  const Pid pid = std::get<Pid>(name);
  const auto child = by_slot_.find(pid.slot);
  const ChildProcess* known = child == by_slot_.end() ? nullptr : process(child->second);
  if (known && known->place && pid.incarnation > known->before_first) {
    return ProcessRef{child->second, pid.incarnation - known->before_first};
  }
  const ipc::RowWord row = rows_.view().state(pid.slot);
  return Stranger{row.is_alive() && row.incarnation == pid.incarnation};
}

// What start_child may be given: no faults, a name that fits, a program that is there.
std::expected<ChildSpec, ChildError> Management::prepared(ChildSpec spec) const {
  const auto faults = check_childspecs(std::span(&spec, 1), core_.spec().auto_shutdown);
  if (!faults.empty()) return refused(ErrorKind::invalid_spec, ninelives::to_string(faults));
  const std::string name = child_name(prefix_, spec.id);
  if (name.size() >= ipc::name_bytes) {
    return refused(ErrorKind::invalid_spec, "its name would be \"" + name + "\", which is longer than " +
                                                std::to_string(ipc::name_bytes - 1) + " characters");
  }
  if (auto found = find_executables(spec); !found) return refused(ErrorKind::invalid_spec, found.error());
  return spec;
}

const ChildProcess* Management::process(ChildNumber child) const {
  const auto found = processes_.find(child);
  return found == processes_.end() ? nullptr : &found->second;
}

// ---- replies

void Management::on_reply(ipc::Endpoint& endpoint, const Reply& reply) {
  const auto found = callers_.find(reply.request);
  if (found == callers_.end()) return;
  const Caller caller = found->second;
  callers_.erase(found);
  const ChildProcess* child = process(reply.child);
  std::string bytes;
  if (reply.answer == Answer::started && child) {
    bytes = to_bytes(supervision::StartResult({child->pid(reply.life), child->name, child->info}));
  } else if (reply.answer == Answer::ignored) {
    bytes = to_bytes(supervision::StartResult(supervision::Started{}));
  } else if (reply.answer == Answer::ok && !caller.of_start) {
    bytes = to_bytes(supervision::Done(supervision::Ok{}));
  } else if (caller.of_start) {
    bytes = to_bytes(supervision::StartResult(std::unexpected(error_of(reply))));
  } else {
    bytes = to_bytes(supervision::Done(std::unexpected(error_of(reply))));
  }
  endpoint.reply(caller.pid, ipc::Kind::reply, caller.ref, bytes);
}

ChildError Management::error_of(const Reply& reply) const {
  ChildError error{.kind = kind_of(reply.answer), .text = sentence_of(reply.answer)};
  const ChildProcess* child = process(reply.child);
  if (reply.answer == Answer::already_started && child) {
    error.pid = child->pid(reply.life);
    error.text = '"' + child->name + "\" runs already, as " + ninelives::to_string(error.pid);
  }
  if (reply.answer == Answer::start_failed && child) {
    error.text = why_not_started(child->last_reason);
    const std::string name = core_.child_spec(reply.child).name.value_or(child->name);
    if (child->name_holder) blame(*child->name_holder, name, error);
  }
  return error;
}

// OTP's {already_started, Pid} of a name. Here a child keeps its name while it has no process.
void Management::blame(const ipc::Owner& holder, const std::string& name, ChildError& error) const {
  const ipc::RowWord row = rows_.view().state(holder.slot);
  error.name = name;
  error.kind = row.is_alive() ? ErrorKind::already_started : ErrorKind::already_present;
  if (row.is_alive()) error.pid = {holder.slot, row.incarnation};
  error.text += row.is_alive() ? ", which runs as " + ninelives::to_string(error.pid)
                               : ", which has no process just now";
}

}  // namespace ninelives::supervisor
