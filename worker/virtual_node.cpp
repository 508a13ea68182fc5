#include "worker/virtual_node.hpp"

#include <algorithm>

namespace ninelives::detail {
namespace {

using ipc::Kind;

std::unexpected<SendError> noproc(std::string text) {
  return std::unexpected(SendError{SendError::Kind::noproc, std::move(text)});
}

std::string bytes_of(const ipc::Payload& payload) {
  std::string bytes(payload.size(), '\0');
  payload.write_to(bytes.data());
  return bytes;
}

ipc::Deadline deadline_of(ipc::Deadline now, std::chrono::nanoseconds patience) {
  return patience >= ipc::no_deadline - now ? ipc::no_deadline : now + patience;
}

}  // namespace

VirtualProcess::VirtualProcess(VirtualNode& node, const Pid& self, std::string name,
                               std::unique_ptr<ServerOps> ops)
    : node_(node), self_(self), name_(std::move(name)), ops_(std::move(ops)) {
  if (ops_) server_.emplace(*this, *ops_);
}

// ---- its turns

template <class Run>
void VirtualProcess::run(Run run) {
  Process* before = make_current(this);
  busy_ = true;
  std::optional<ExitReason> end = run();
  if (end) server_->leave(*end);
  busy_ = false;
  make_current(before);
  if (end) this->end(std::move(*end));
}

void VirtualProcess::start() {
  run([&]() -> Server::End {
    std::string info;
    Server::End failed = server_->init(info);
    if (failed) {
      const bool ignored = failed->kind == ExitReason::Kind::ignored;
      end(ignored ? *failed : ExitReason::start_failed(to_string(*failed)));
    }
    return std::nullopt;
  });
}

// Until the resume.
bool VirtualProcess::waits(const VirtualMessage& message) const {
  if (!suspended_) return false;
  switch (message.kind) {
    case Kind::call:
    case Kind::cast:
    case Kind::info:
      return true;
    case Kind::exit:
      return keeps_exits_;
    case Kind::down:
      return keeps_exits_ || message.monitor == ipc::MonitorFor::down;
    default:
      return false;
  }
}

std::optional<VirtualMessage> VirtualProcess::take() {
  const auto next =
      std::ranges::find_if(mailbox_, [&](const VirtualMessage& message) { return !waits(message); });
  if (next == mailbox_.end()) return std::nullopt;
  VirtualMessage message = std::move(*next);
  mailbox_.erase(next);
  return message;
}

bool VirtualProcess::step() {
  if (!server_ || busy_ || end_) return false;
  bool took = false;
  const std::uint64_t callbacks = callbacks_;
  run([&]() -> Server::End {
    if (Server::End end = server_->before_message()) return end;
    const auto message = take();
    if (!message) return server_->when_idle();
    took = true;
    return server_->handle(
        {message->kind, message->from, message->ref, message->message, message->payload, message->reason});
  });
  return took || callbacks_ != callbacks || end_.has_value();
}

ipc::Deadline VirtualProcess::next_deadline() const {
  return server_ && !busy_ && !end_ ? server_->next_deadline() : ipc::no_deadline;
}

void VirtualProcess::end(ExitReason reason) {
  if (end_) return;
  end_ = std::move(reason);
  mailbox_.clear();
  node_.tell_end(self_, *end_);
}

ipc::Deadline VirtualProcess::now() const { return node_.now(); }

// ---- sending

std::expected<Pid, SendError> VirtualProcess::whereis(Target& target) {
  const VirtualProcess* found = target.life ? node_.find(target.life) : node_.find(target.name);
  if (!found || !found->is_alive()) {
    return noproc((target.life ? to_string(target.life) : '"' + target.name + '"') + " is not running");
  }
  return found->self();
}

std::expected<void, SendError> VirtualProcess::send(Target& target, Kind kind, const MessageType& message,
                                                    const ipc::Payload& payload,
                                                    std::chrono::nanoseconds patience) {
  auto to = whereis(target);
  if (!to) return std::unexpected(std::move(to.error()));
  return send(*to, {.kind = kind, .message = message.id, .payload = payload}, patience);
}

std::expected<void, SendError> VirtualProcess::send(const Pid& to, const ipc::Message& message,
                                                    std::chrono::nanoseconds) {
  VirtualProcess* process = node_.find(to);
  if (!process || !process->is_alive()) return noproc(to_string(to) + " is not running");
  process->receive({message.kind, self_, message.ref, message.message, bytes_of(message.payload)});
  return {};
}

void VirtualProcess::reply(const Pid& to, Kind kind, std::uint64_t ref, std::string_view payload) {
  VirtualProcess* process = node_.find(to);
  if (!process || !process->is_alive()) return;
  switch (kind) {
    case Kind::reply:
      return process->settle(ref, std::string(payload));
    case Kind::refusal:
      return process->settle(ref,
                             std::unexpected(CallError{CallError::Kind::bad_message, std::string(payload)}));
    default:
      return process->receive({kind, self_, ref, 0, std::string(payload)});
  }
}

// ---- calling

std::uint64_t VirtualProcess::ask(Target& target, Kind kind, const MessageType& message,
                                  const ipc::Payload& payload) {
  const std::uint64_t number = ++last_ref_;
  Request& request = requests_[number];
  const auto to = whereis(target);
  if (!to) {
    request.outcome = std::unexpected(to_call_error(to.error()));
  } else if (*to == self_) {
    request.outcome = std::unexpected(
        CallError{CallError::Kind::calling_self, "a process that calls itself would wait for ever"});
  } else {
    request.to = *to;
    node_.find(*to)->receive({kind, self_, number, message.id, bytes_of(payload)});
  }
  return number;
}

// The reply of a request that nobody waits for just now is a message.
void VirtualProcess::settle(std::uint64_t number, ReplyBytes outcome) {
  const auto request = requests_.find(number);
  if (request == requests_.end() || request->second.outcome) return;
  request->second.outcome = std::move(outcome);
  if (number != awaited_ && server_) receive({.kind = Kind::reply, .ref = number});
}

std::expected<std::string_view, CallError> VirtualProcess::call(Target& target, Asks asks,
                                                                const MessageType& message,
                                                                const ipc::Payload& payload,
                                                                std::chrono::nanoseconds patience) {
  const std::uint64_t request = ask(target, asks == Asks::sys ? Kind::system : Kind::call, message, payload);
  auto outcome = wait_response(request, patience);
  abandon(request);
  if (!outcome) return std::unexpected(CallError{CallError::Kind::timeout, "no reply in time"});
  if (!*outcome) return std::unexpected(std::move(outcome->error()));
  reply_ = std::move(**outcome);
  return reply_;
}

std::uint64_t VirtualProcess::send_request(Target& target, const MessageType& message,
                                           const ipc::Payload& payload, std::chrono::nanoseconds) {
  const std::uint64_t request = ask(target, Kind::call, message, payload);
  if (requests_[request].outcome && server_) receive({.kind = Kind::reply, .ref = request});
  return request;
}

std::uint64_t VirtualProcess::add_failed_request(CallError error) {
  const std::uint64_t number = ++last_ref_;
  requests_[number];
  settle(number, std::unexpected(std::move(error)));
  return number;
}

std::optional<ReplyBytes> VirtualProcess::wait_response(std::uint64_t request,
                                                        std::chrono::nanoseconds patience) {
  const std::uint64_t one[] = {request};
  if (!wait_any(one, patience)) return std::nullopt;
  ReplyBytes outcome = std::move(*requests_[request].outcome);
  requests_.erase(request);
  std::erase_if(mailbox_, [&](const VirtualMessage& message) {
    return message.kind == Kind::reply && message.ref == request;
  });
  return outcome;
}

std::optional<std::uint64_t> VirtualProcess::wait_any(std::span<const std::uint64_t> requests,
                                                      std::chrono::nanoseconds patience) {
  std::optional<std::uint64_t> settled;
  auto look = [&] {
    for (const std::uint64_t number : requests) {
      const auto request = requests_.find(number);
      if (request != requests_.end() && request->second.outcome) settled = number;
      if (settled) break;
    }
    return settled.has_value();
  };
  awaited_ = requests.size() == 1 ? requests.front() : 0;
  const bool in_time = node_.run_until(look, deadline_of(now(), patience));
  awaited_ = 0;
  return in_time ? settled : std::nullopt;
}

// ---- watching others

std::uint64_t VirtualProcess::monitor(const Pid& pid, ipc::MonitorFor what) {
  const std::uint64_t ref = ++last_ref_;
  const VirtualProcess* process = node_.find(pid);
  if (process && process->is_alive()) {
    monitors_[ref] = {pid, what};
  } else {
    receive({.kind = Kind::down, .from = pid, .ref = ref, .reason = ExitReason::noproc(), .monitor = what});
  }
  return ref;
}

void VirtualProcess::demonitor(std::uint64_t ref) {
  monitors_.erase(ref);
  std::erase_if(mailbox_, [&](const VirtualMessage& message) {
    return message.kind == Kind::down && message.ref == ref;
  });
}

std::expected<void, SendError> VirtualProcess::kill(const Pid& pid) {
  if (VirtualProcess* process = node_.find(pid)) process->end(ExitReason::killed());
  return {};
}

std::optional<ExitReason> VirtualProcess::await_end(const Pid& pid, std::chrono::nanoseconds patience) {
  const VirtualProcess* process = node_.find(pid);
  if (!process) return ExitReason::noproc();
  node_.run_until([&] { return !process->is_alive(); }, deadline_of(now(), patience));
  return process->reason();
}

void VirtualProcess::hear_of_end(const Pid& pid, const ExitReason& reason) {
  for (auto& [number, request] : requests_) {
    if (request.to != pid || request.outcome) continue;
    settle(number, std::unexpected(CallError{CallError::Kind::down,
                                             to_string(pid) + " went down: " + to_string(reason), reason}));
  }
  std::erase_if(monitors_, [&](const auto& monitor) {
    if (monitor.second.pid != pid) return false;
    receive({.kind = Kind::down,
             .from = pid,
             .ref = monitor.first,
             .reason = reason,
             .monitor = monitor.second.what});
    return true;
  });
}

void VirtualProcess::note(ipc::Callback callback, std::uint32_t) {
  if (callback != ipc::Callback::none) ++callbacks_;
}

// ---- the node

VirtualNode::VirtualNode() {
  processes_.push_back(std::make_unique<VirtualProcess>(*this, Pid{0, 1}, "test", nullptr));
  before_ = Process::make_current(processes_.front().get());
}

VirtualNode::~VirtualNode() { Process::make_current(before_); }

VirtualProcess& VirtualNode::start(std::string name, std::unique_ptr<ServerOps> ops) {
  const Pid self{static_cast<Slot>(processes_.size()), 1};
  processes_.push_back(std::make_unique<VirtualProcess>(*this, self, std::move(name), std::move(ops)));
  VirtualProcess& process = *processes_.back();
  process.start();
  run();
  return process;
}

// The youngest of that name.
VirtualProcess* VirtualNode::find(std::string_view name) {
  const auto found = std::find_if(processes_.rbegin(), processes_.rend(),
                                  [&](const auto& process) { return process->name() == name; });
  return found == processes_.rend() ? nullptr : found->get();
}

VirtualProcess* VirtualNode::find(const Pid& pid) {
  const bool is_there = pid.slot < processes_.size() && processes_[pid.slot]->self() == pid;
  return is_there ? processes_[pid.slot].get() : nullptr;
}

void VirtualNode::tell_end(const Pid& pid, const ExitReason& reason) {
  for (const auto& process : processes_) process->hear_of_end(pid, reason);
}

// Each gets a turn; a callback may start further ones.
bool VirtualNode::step() {
  bool did_something = false;
  for (std::size_t slot = 0; slot < processes_.size(); ++slot) {
    did_something |= processes_[slot]->step();
  }
  return did_something;
}

ipc::Deadline VirtualNode::next_deadline() const {
  ipc::Deadline next = ipc::no_deadline;
  for (const auto& process : processes_) next = std::min(next, process->next_deadline());
  return next;
}

void VirtualNode::run() {
  while (step()) {
  }
}

bool VirtualNode::run_until(const std::function<bool()>& is_so, ipc::Deadline deadline) {
  while (!is_so()) {
    if (step()) continue;
    const ipc::Deadline next = std::min(next_deadline(), deadline);
    if (next == ipc::no_deadline) return false;
    now_ = std::max(now_, next);
    if (next == deadline) return is_so();
  }
  return now_ <= deadline;  // somebody else's wait, in a callback, may have taken longer
}

void VirtualNode::advance(std::chrono::nanoseconds time) {
  const ipc::Deadline until = deadline_of(now_, time);
  run();
  run_until([] { return false; }, until);
  run();
}

}  // namespace ninelives::detail
