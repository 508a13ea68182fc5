#include "tests/conformance/servers/generator.hpp"

#include <algorithm>
#include <set>

#include "tests/conformance/dice.hpp"

namespace ninelives::conformance::servers {

namespace {

class Generator {
 public:
  Generator(std::uint64_t seed, std::uint64_t number) : dice_(seed, number) {
    script_.title = std::to_string(number);
    const unsigned count = 2 + dice_.below(3);
    for (unsigned at = 0; at < count; ++at) script_.servers.emplace_back(1, static_cast<char>('a' + at));
  }

  Script make() {
    for (unsigned left = 4 + dice_.below(14); left > 0; --left) script_.steps.push_back(step());
    return std::move(script_);
  }

 private:
  Step step() {
    Step step{.what = dice_.one_of<const char*>(
                  {{"tell", 76}, {"cross", 5}, {"suspend", 6}, {"resume", 6}, {"stop", 3}, {"kill", 4}}),
              .server = server()};
    if (step.what == "tell") step.ops = ops(step.server);
    if (step.what == "cross") return cross(std::move(step));
    if (step.what == "suspend") suspended_.insert(step.server);
    if (step.what == "resume") {
      if (!suspended_.empty() && dice_.percent(90)) step.server = *suspended_.begin();
      suspended_.erase(step.server);
    }
    if (step.what == "stop") step.reason = reason();
    if (step.what == "stop" || step.what == "kill") gone_.insert(step.server);
    return step;
  }

  // Those that were told to end are spoken to less often.
  std::string server() {
    std::string any = script_.servers[dice_.below(script_.servers.size())];
    return gone_.contains(any) && dice_.percent(70) ? script_.servers[dice_.below(script_.servers.size())]
                                                    : any;
  }
  std::string other_than(const std::string& one) {
    std::string other = server();
    while (other == one) other = script_.servers[dice_.below(script_.servers.size())];
    return other;
  }
  std::string peer_of(const std::string& one) { return dice_.percent(6) ? one : other_than(one); }

  std::string reason() {
    return dice_.one_of<const char*>(
        {{"normal", 30}, {"shutdown", 20}, {"{shutdown,x}", 20}, {"error(oops)", 30}});
  }
  std::string number() { return std::to_string(++last_number_); }

  Step cross(Step step) {
    step.peer = other_than(step.server);
    if (suspended_.contains(step.server) || suspended_.contains(step.peer)) {
      return {.what = "tell", .server = step.server, .ops = ops(step.server)};
    }
    step.ops = ties(step.peer);
    step.peer_ops = ties(step.server);
    step.then = {tie(step.peer)};
    return step;
  }
  Op tie(const std::string& peer) { return {.what = dice_.percent(50) ? "link" : "unlink", .peer = peer}; }
  std::vector<Op> ties(const std::string& peer) {
    std::vector<Op> ops;
    for (unsigned count = 1 + dice_.below(3); count > 0; --count) ops.push_back(tie(peer));
    return ops;
  }

  // ---- what one server is told in one step

  std::vector<Op> ops(const std::string& server) {
    const bool is_suspended = suspended_.contains(server);
    const unsigned count = dice_.one_of<unsigned>({{1, 45}, {2, 30}, {3, 15}, {4, 10}});
    const bool is_alone = dice_.percent(25) && !is_suspended;  // nobody else has to do with it
    std::vector<Op> ops;
    while (ops.size() < count) {
      ops.push_back(is_alone || dice_.percent(60) ? own(server, is_alone, is_suspended)
                                                  : quiet(server, is_suspended));
    }
    // When OTP takes a signal of a process to itself depends on what that does next: it is its last word.
    const auto exit = std::ranges::find(ops, "exit", &Op::what);
    if (exit != ops.end()) ops.erase(exit + 1, ops.end());
    if (!is_alone && !is_suspended && dice_.percent(50)) ops.push_back(loud(server));
    return ops;
  }

  Op own(const std::string& server, bool is_alone, bool is_suspended) {
    const unsigned now = is_suspended ? 0 : 1;
    Op op{.what = dice_.one_of<const char*>({{"say", 26},
                                             {"note", 8},
                                             {"call", 26},
                                             {"answer", 10 * now},
                                             {"go", 4},
                                             {"trap", 14 * now},
                                             {"idle", is_alone ? 14 : 0},
                                             {"stop", 3 * now},
                                             {"crash", 2 * now},
                                             {"exit", 2 * now}})};
    if (op.what == "say" || op.what == "note") op.detail = number();
    if (op.what == "call") op.detail = how(is_suspended, is_alone);
    if (op.what == "go") op.detail = std::to_string(dice_.below(3));
    if (op.what == "trap") op.detail = dice_.percent(75) ? "on" : "off";
    if (op.what == "exit") op.peer = server;
    if (op.what == "stop" || op.what == "exit") op.detail = reason();
    if (op.what == "stop" || op.what == "crash") gone_.insert(server);
    return op;
  }

  std::string how(bool is_suspended, bool is_alone) {
    const unsigned now = is_suspended ? 0 : 1;
    std::string how = dice_.one_of<const char*>({{"reply", 40},
                                                 {"late", 34},
                                                 {"reply_go", 6 * now},
                                                 {"reply_idle", is_alone ? 8 : 0},
                                                 {"crash", 4 * now},
                                                 {"stop", 4 * now},
                                                 {"stop_reply", 4 * now}});
    return how.starts_with("stop") ? how + " " + reason() : how;
  }

  // Whom it is about notes it, and does nothing.
  Op quiet(const std::string& server, bool is_suspended) {
    const unsigned now = is_suspended ? 0 : 1;
    Op op{.what = dice_.one_of<const char*>({{"send", 30},
                                             {"post", 15},
                                             {"monitor", 35},
                                             {"demonitor", 8},
                                             {"unlink", 14 * now},
                                             {"pass", 8 * now}}),
          .peer = peer_of(server)};
    if (op.what == "send" || op.what == "post") op.detail = number();
    return op;
  }

  Op loud(const std::string& server) {
    Op op{.what = dice_.one_of<const char*>({{"link", 45}, {"exit", 15}, {"ask", 25}, {"phone", 15}}),
          .peer = peer_of(server)};
    if (op.what == "exit") op.detail = dice_.percent(90) ? reason() : "killed";
    if (op.what == "ask" && op.peer == server) op.peer = other_than(server);
    if (op.what == "ask" || op.what == "phone") op.detail = how(suspended_.contains(op.peer), false);
    return op;
  }

  Dice dice_;
  Script script_;
  std::set<std::string> suspended_;
  std::set<std::string> gone_;
  unsigned last_number_ = 0;
};

}  // namespace

Script make_script(std::uint64_t seed, std::uint64_t number) { return Generator(seed, number).make(); }

}  // namespace ninelives::conformance::servers
