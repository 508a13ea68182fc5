#include "tests/conformance/servers/player.hpp"

#include <ninelives/sys.hpp>

namespace ninelives::conformance::servers {

namespace {

std::string word_of(const std::expected<void, CallError>& outcome) {
  if (outcome) return "ok";
  return word(std::expected<std::string, CallError>(std::unexpected(outcome.error())));
}

}  // namespace

Player::Player(Stage& stage, const Script& script) : stage_(stage), script_(script) {
  for (const std::string& server : script.servers) everybody_[server] = stage.pid_of(server);
  for (const auto& [server, pid] : everybody_) (void)Ref<ActorApi>(pid).cast(Meet{server, everybody_});
  stage.rest();
}

Trace Player::run() {
  Trace trace;
  for (const Step& step : script_.steps) {
    outcomes_.clear();
    play(step);
    stage_.rest();
    trace.push_back({std::to_string(trace.size() + 1), look()});
  }
  return trace;
}

void Player::play(const Step& step) {
  const Pid server = everybody_.at(step.server);
  const auto tell_outcome = [&](const std::expected<void, CallError>& outcome) {
    outcomes_.push_back(step.what + " " + step.server + ": " + word_of(outcome));
  };
  if (step.what == "tell") {
    stage_.hold({step.server});
    tell(step.server, step.ops);
    stage_.hold({});
  } else if (step.what == "cross") {
    cross(step);
  } else if (step.what == "suspend") {
    suspended_.insert(step.server);
    tell_outcome(sys::suspend(server));
  } else if (step.what == "resume") {
    suspended_.erase(step.server);
    tell_outcome(sys::resume(server));
  } else if (step.what == "stop") {
    tell_outcome(sys::stop(server, reason_of(step.reason)));
  } else if (step.what == "kill") {
    stage_.kill(step.server);
  }
}

// What either does first is not known, but that they agree about it: so nothing is looked at before the first
// one has made it known.
void Player::cross(const Step& step) {
  if (ended_.contains(step.server) || ended_.contains(step.peer)) return;
  stage_.hold({step.server, step.peer});
  tell(step.server, step.ops);
  tell(step.peer, step.peer_ops);
  stage_.hold({});
  stage_.rest();
  tell(step.server, step.then);
}

void Player::tell(const std::string& server, const std::vector<Op>& ops) {
  const Ref<ActorApi> ref(everybody_.at(server));
  for (const Op& op : ops) {
    if (op.what == "call") {
      call(server, op.detail);
    } else if (op.what == "note") {
      (void)ref.send(Note{"", op.detail});
    } else {
      (void)ref.cast(Tell{op.what, op.peer, op.detail, is_answered(op)});
    }
  }
}

void Player::call(const std::string& server, const std::string& how) {
  calls_.emplace_back(++last_call_, Ref<ActorApi>(everybody_.at(server)).send_request(Ask{"", how}));
}

bool Player::is_answered(const Op& op) const { return op.detail != "late" && !suspended_.contains(op.peer); }

std::vector<std::string> Player::look() {
  std::vector<std::string> lines = outcomes_;
  std::erase_if(calls_, [&](auto& call) {
    const auto outcome = call.second.wait(std::chrono::nanoseconds(0));
    if (outcome) lines.push_back("call " + std::to_string(call.first) + ": " + word(*outcome));
    return outcome.has_value();
  });
  for (const std::string& server : script_.servers) {
    for (const std::string& heard : stage_.take_heard(server)) lines.push_back(server + " heard " + heard);
    const auto end = stage_.end_of(server);
    if (end && ended_.insert(server).second) lines.push_back("ended " + server + ": " + word(*end));
  }
  return lines;
}

}  // namespace ninelives::conformance::servers
