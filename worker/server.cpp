#include "worker/server.hpp"

#include <algorithm>
#include <utility>

#include "worker/state_in_words.hpp"

namespace ninelives::detail {
namespace {

using Direction = sys::TraceEvent::Direction;
using ipc::Callback;
using ipc::Kind;

std::string_view word(Kind kind) {
  switch (kind) {
    case Kind::call:
      return "call";
    case Kind::cast:
      return "cast";
    case Kind::info:
      return "info";
    default:
      return "";
  }
}

}  // namespace

// ---- the steps of the loop

Server::End Server::init(std::string& info) {
  begin(Callback::init);
  Outcome outcome = ops_.init();
  info = std::move(outcome.info);
  return after("init", std::move(outcome));
}

Server::End Server::before_message() {
  if (End end = own_exit()) return end;  // of an I/O handler
  if (suspended_) return std::nullopt;
  if (End end = run_continuation()) return end;
  while (!held_.empty()) {
    const auto info = std::move(held_.front());
    held_.pop_front();
    if (End end = std::visit([this](const auto& held) { return tell(held); }, info)) return end;
    if (End end = run_continuation()) return end;
  }
  if (process_.timers().empty()) return std::nullopt;
  const ipc::Deadline now = process_.now();
  while (const auto due = process_.timers().take_due(now)) {
    if (End end = fire(*due)) return end;
    if (End end = run_continuation()) return end;
  }
  return std::nullopt;
}

Server::End Server::run_continuation() {
  while (continuation_) {
    const Local message = std::exchange(continuation_, {});
    begin(Callback::handle_continue, name_hash(message.name()));
    if (End end = after("continue", ops_.handle_continue(message))) return end;
  }
  return std::nullopt;
}

Server::End Server::when_idle() {
  if (suspended_ || !timeout_ || process_.now() < *timeout_) return std::nullopt;
  timeout_.reset();
  if (!tracers_.empty()) tracers_.tell(process_, Direction::in, "timeout", "", {}, "");
  begin(Callback::handle_info);
  return after("info", ops_.handle_timeout());
}

ipc::Deadline Server::next_deadline() const {
  if (suspended_) return ipc::no_deadline;
  return std::min(process_.timers().next_deadline(), timeout_.value_or(ipc::no_deadline));
}

Server::End Server::handle(const ipc::Received& received) {
  switch (received.kind) {
    case Kind::stop:
      return ExitReason::shutdown();
    case Kind::call:
      return on_call(received);
    case Kind::cast:
      return on_cast(received);
    case Kind::info:
      return on_info(received);
    case Kind::down:
      return on_down(received);
    case Kind::reply:
      return tell_or_hold(Response{received.ref});
    case Kind::system:
      return on_system(received);
    case Kind::link:
      on_link(received.from);
      return std::nullopt;
    case Kind::unlink:
      on_unlink(received.from);
      return std::nullopt;
    case Kind::unlink_ack:
      process_.links().unlink_was_acknowledged(received.from);
      return std::nullopt;
    case Kind::exit: {
      auto reason = from_bytes<ExitReason>(received.payload);
      if (!reason) return std::nullopt;
      const bool is_message = received.ref == trapped_already && received.from == process_.self();
      return is_message ? tell_or_hold(Exit{received.from, std::move(*reason)})
                        : on_exit_signal(received.from, std::move(*reason));
    }
    case Kind::forward:
      on_forward(received);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// ---- messages

void Server::trace_in(const ipc::Received& received) {
  if (tracers_.empty()) return;
  tracers_.tell(process_, Direction::in, word(received.kind), ipc::word_of(ops_.messages(), received.message),
                received.from, received.payload);
}

Server::End Server::on_call(const ipc::Received& received) {
  trace_in(received);
  timeout_.reset();
  const Caller caller{process_.self(), received.from, received.ref};
  begin(Callback::handle_call, received.message);
  return after_call(caller, ops_.handle_call({received.message, received.payload, caller}));
}

Server::End Server::on_cast(const ipc::Received& received) {
  trace_in(received);
  timeout_.reset();
  begin(Callback::handle_cast, received.message);
  return after("cast", ops_.handle_cast({received.message, received.payload, {}}));
}

Server::End Server::on_info(const ipc::Received& received) {
  trace_in(received);
  timeout_.reset();
  begin(Callback::handle_info, received.message);
  return after("info", ops_.handle_info({received.message, received.payload, {}}));
}

Server::End Server::on_down(const ipc::Received& received) {
  if (const auto ended = process_.links().ended(received.ref)) {
    ExitReason reason = received.reason;
    const bool came_too_late = reason.kind == ExitReason::Kind::noproc && ended->by == Links::MadeBy::them;
    if (came_too_late) reason = process_.await_end(ended->pid, ipc::no_patience).value_or(reason);
    return on_exit_signal(ended->pid, std::move(reason));
  }
  return tell_or_hold(Down{{received.ref}, received.from, received.reason});
}

// ---- signals: links(3) of erlang, and exit/2

void Server::on_link(const Pid& from) {
  Links& links = process_.links();
  if (!links.has(from) && links.believes(from)) {
    links.add(from, process_.monitor(from, ipc::MonitorFor::link), Links::MadeBy::them);
  }
}

void Server::on_unlink(const Pid& from) {
  if (const auto monitor = process_.links().remove(from)) process_.demonitor(*monitor);
  process_.reply(from, Kind::unlink_ack, 0, {});
}

Server::End Server::on_exit_signal(const Pid& from, ExitReason reason) {
  if (process_.trap_exit) return tell_or_hold(Exit{from, std::move(reason)});
  const bool is_normal = reason.kind == ExitReason::Kind::normal && from != process_.self();
  if (is_normal) return std::nullopt;
  terminated_ = true;  // a process that does not trap exits is not asked
  return reason;
}

void Server::on_forward(const ipc::Received& received) {
  const auto forward = from_bytes<ipc::Forward>(received.payload);
  if (forward) process_.reply(forward->caller, Kind::reply, forward->ref, forward->payload);
}

// ---- infos that are made here

template <class Info>
Server::End Server::tell_or_hold(Info info) {
  if (!suspended_) return tell(info);
  held_.emplace_back(std::move(info));
  return std::nullopt;
}

Server::End Server::tell(const Down& down) {
  if (!tracers_.empty()) tracers_.tell(process_, Direction::in, "down", "", down.pid, to_bytes(down.reason));
  timeout_.reset();
  begin(Callback::handle_info);
  return after("info", ops_.handle_down(down));
}

Server::End Server::tell(const Exit& exit) {
  if (!tracers_.empty()) tracers_.tell(process_, Direction::in, "exit", "", exit.pid, to_bytes(exit.reason));
  timeout_.reset();
  begin(Callback::handle_info);
  return after("info", ops_.handle_exit(exit));
}

Server::End Server::tell(const Response& response) {
  if (!tracers_.empty()) tracers_.tell(process_, Direction::in, "response", "", {}, "");
  timeout_.reset();
  begin(Callback::handle_info);
  return after("info", ops_.handle_response(response));
}

Server::End Server::fire(const DueTimer& timer) {
  if (!timer.message) {
    Target to = timer.to;
    (void)process_.send(to, Kind::info, timer.type, timer.payload, ipc::no_patience);
    return std::nullopt;
  }
  if (!tracers_.empty()) tracers_.tell(process_, Direction::in, "timer", timer.message.name(), {}, "");
  timeout_.reset();
  begin(Callback::handle_info, name_hash(timer.message.name()));
  return after("info", ops_.handle_timer(timer.message));
}

// ---- what a callback has decided

void Server::set_next(const Next& next) {
  continuation_ = next.continuation();
  if (next.timeout() != infinity)
    timeout_ = process_.now() + std::max(next.timeout(), std::chrono::nanoseconds{});
}

// A server's exit signal to itself has been there before anything that its callback says when it returns.
Server::End Server::own_exit() {
  if (process_.own_exit) terminated_ = true;
  return process_.own_exit;
}

// Nobody waits for an answer that could say what was wrong.
Server::End Server::after(std::string_view what, Outcome outcome) {
  done();
  if (End end = own_exit()) return end;
  if (outcome.refusal) {
    process_.note_bad_message();
    process_.log("dropped a" + std::string(what == "info" ? "n " : " ") + std::string(what) + ": " +
                 *outcome.refusal);
  }
  set_next(outcome.next);
  return std::move(outcome.stop);
}

// As in OTP, terminate() comes before the reply of a call that stops the server: see gen_server's {stop, _,
// _, _}. It may call others, and so use the buffer that the reply is in.
Server::End Server::after_call(const Caller& caller, Outcome outcome) {
  if (End end = own_exit()) return end;
  std::string kept;
  if (outcome.stop) {
    if (outcome.reply) outcome.reply = kept.assign(*outcome.reply);
    terminate(*outcome.stop);
  }
  if (outcome.refusal) answer(caller, Kind::refusal, *outcome.refusal);
  if (outcome.reply) answer(caller, Kind::reply, *outcome.reply);
  done();
  set_next(outcome.next);
  return std::move(outcome.stop);
}

void Server::answer(const Caller& caller, Kind kind, std::string_view payload) {
  process_.reply(caller.pid, kind, caller.ref, payload);
  if (!tracers_.empty()) {
    tracers_.tell(process_, Direction::out, kind == Kind::reply ? "reply" : "refusal", "", caller.pid,
                  kind == Kind::reply ? payload : std::string_view());
  }
}

// ---- how it ends

void Server::leave(const ExitReason& reason) {
  terminate(reason);
  if (!reason.is_clean()) process_.log(in_words(reason));
}

void Server::terminate(const ExitReason& reason) {
  if (std::exchange(terminated_, true)) return;
  begin(Callback::terminate);
  try {
    ops_.terminate(reason);
  } catch (const std::exception& thrown) {
    process_.log("exception in terminate: " + std::string(thrown.what()));
  } catch (...) {
    process_.log("exception in terminate that is no std::exception");
  }
}

// gen_server's report of an abnormal end, in one line: the reason, the last message, and what format_status()
// shows of the state.
std::string Server::in_words(const ExitReason& reason) {
  std::string words = to_string(reason);
  const std::string_view message = ipc::word_of(ops_.messages(), last_message_);
  if (!message.empty()) words.append("; last message ").append(message);
  if (const auto state = ops_.formatted_state()) words += "; state " + state_in_words(*state);
  return words;
}

}  // namespace ninelives::detail
