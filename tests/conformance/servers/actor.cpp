#include "tests/conformance/servers/actor.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/conformance/servers/script.hpp"
#include "tests/conformance/words.hpp"

namespace ninelives::conformance::servers {

namespace {

constexpr int continues_of_a_reply = 1;

std::string second_word(const std::string& how) { return how.substr(how.find(' ') + 1); }

}  // namespace

CallResult<std::string> Actor::handle_call(const Ask& ask, From<std::string> caller) {
  hear_((ask.from.empty() ? "" : ask.from + ": ") + "call " + ask.how);
  if (ask.how == "reply") return reply("done");
  if (ask.how == "reply_idle") return reply("done", timeout(std::chrono::nanoseconds(0)));
  if (ask.how == "reply_go") return reply("done", continue_with(Go{continues_of_a_reply}));
  if (ask.how == "crash") throw std::runtime_error("boom");
  if (ask.how.starts_with("stop_reply ")) return stop(reason_of(second_word(ask.how)), "done");
  if (ask.how.starts_with("stop ")) return stop(reason_of(second_word(ask.how)));
  callers_.push_back(caller);
  return noreply();
}

void Actor::handle_cast(const Meet& meet) {
  name_ = meet.name;
  everybody_ = meet.everybody;
}

Result Actor::handle_cast(const Tell& tell) {
  hear_(to_string(Op{tell.what, tell.peer, tell.detail}));
  if (tell.what == "idle") return noreply(timeout(std::chrono::nanoseconds(0)));
  if (tell.what == "go") return noreply(continue_with(Go{std::stoi(tell.detail)}));
  if (tell.what == "stop") return stop(reason_of(tell.detail));
  if (tell.what == "crash") throw std::runtime_error("boom");
  if (tell.what == "trap") trap_exit(tell.detail == "on");
  if (tell.what == "answer") answer();
  return tell.peer.empty() ? noreply() : do_to_peer(tell);
}

Result Actor::do_to_peer(const Tell& tell) {
  const Pid pid = everybody_.at(tell.peer);
  const Ref<ActorApi> peer(pid);
  if (tell.what == "send") (void)peer.cast(Word{name_, tell.detail});
  if (tell.what == "post") (void)peer.send(Note{name_, tell.detail});
  if (tell.what == "link") (void)link(pid);
  if (tell.what == "unlink") unlink(pid);
  if (tell.what == "monitor") monitors_[tell.peer].push_back(monitor(pid));
  if (tell.what == "demonitor") {
    for (const MonitorRef ref : std::exchange(monitors_[tell.peer], {})) demonitor(ref);
  }
  if (tell.what == "exit") exit(pid, reason_of(tell.detail));
  if (tell.what == "ask") requests_.emplace_back(tell.peer, peer.send_request(Ask{name_, tell.detail}));
  if (tell.what == "phone") {
    const auto patience = std::chrono::milliseconds(tell.is_answered ? 20'000 : 1);
    hear_("phone " + tell.peer + ": " + word(peer.call(Ask{name_, tell.detail}, patience)));
  }
  if (tell.what == "pass" && !callers_.empty()) {
    (void)peer.cast(Pass{name_, callers_.front()});
    callers_.pop_front();
  }
  return noreply();
}

void Actor::answer() {
  if (callers_.empty()) return;
  callers_.front().reply("late");
  callers_.pop_front();
}

void Actor::handle_cast(const Pass& pass) {
  hear_(pass.from + ": pass");
  callers_.push_back(pass.caller);
}

void Actor::handle_info(const Note& note) {
  hear_(note.from.empty() ? "note " + note.text : note.from + ": info " + note.text);
}

void Actor::handle_info(const Down& down) {
  hear_(name_of(down.pid) + ": down " + word(down.reason));
  std::erase(monitors_[name_of(down.pid)], down.ref);
}

void Actor::handle_info(const Exit& exit) { hear_(name_of(exit.pid) + ": exit " + word(exit.reason)); }

void Actor::handle_info(const Response& response) {
  for (auto& [peer, request] : requests_) {
    if (const auto outcome = request.check(response)) hear_("response " + peer + ": " + word(*outcome));
  }
}

Result Actor::handle_continue(const Go& go) {
  hear_("continue " + std::to_string(go.further));
  if (go.further > 0) return noreply(continue_with(Go{go.further - 1}));
  return noreply();
}

void Actor::terminate(const ExitReason& reason) { hear_("terminate " + word(reason)); }

std::string Actor::name_of(const Pid& pid) const {
  const auto found = std::ranges::find(everybody_, pid, [](const auto& one) { return one.second; });
  return found == everybody_.end() ? "stranger" : found->first;
}

// ---- words

std::string word(const ExitReason& reason) {
  if (reason.kind != ExitReason::Kind::error) {
    return reason.kind == ExitReason::Kind::shutdown && !reason.text.empty()
               ? "{shutdown," + reason.text + "}"
               : to_string(reason);
  }
  const auto colon = reason.text.rfind(": ");  // "exception in call: boom" is a crash, by `boom`
  return "error(" + (colon == reason.text.npos ? reason.text : reason.text.substr(colon + 2)) + ")";
}

ExitReason reason_of(std::string_view word) {
  if (word == "normal") return ExitReason::normal();
  if (word == "shutdown") return ExitReason::shutdown();
  if (word == "killed") return ExitReason::killed();
  const auto inside = word.substr(word.find_first_of(",(") + 1);
  const std::string text(inside.substr(0, inside.size() - 1));
  return word.starts_with("{shutdown,") ? ExitReason::shutdown(text) : ExitReason::error(text);
}

std::string word(const std::expected<std::string, CallError>& outcome) {
  if (outcome) return *outcome;
  const CallError& error = outcome.error();
  // OTP does not say whether the server had taken the call.
  const bool is_down = error.kind == CallError::Kind::down || error.kind == CallError::Kind::dropped;
  if (!is_down) return std::string(to_string(error.kind));
  return error.reason.kind == ExitReason::Kind::noproc ? "noproc" : "down " + word(error.reason);
}

}  // namespace ninelives::conformance::servers
