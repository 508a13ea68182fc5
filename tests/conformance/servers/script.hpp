// A script: some servers, and what they are told one step after the other, as a value and as text.
//
//   script 17
//   servers a b c
//   step tell a: trap on; monitor b; link b
//   step tell b: say 1; call late; stop {shutdown,x}
//   step cross a b: unlink b; link b | unlink a | unlink b
//   step suspend c
//   end
//
// Between two steps everybody comes to rest. Within one, all that a server is told is in its mailbox before
// it looks at any of it.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ninelives::conformance::servers {

// What a server is told to do.
//
//   say X, note X        nothing: it is heard as a cast, as an info
//   call HOW             by the driver, who does not wait: `reply`, `reply_idle`, `reply_go` (now, with what
//   follows), `late`,
//                        `crash`, `stop REASON`, `stop_reply REASON`
//   answer               answers the oldest call that was `late`
//   pass PEER            has PEER answer that one, when it is told to
//   idle                 an inactivity time-out of 0
//   go N                 a continue, and N further ones
//   stop REASON, crash
//   trap on, trap off
//   send PEER X, post PEER X            a cast, an info to PEER
//   link, unlink, monitor, demonitor PEER
//   exit PEER REASON
//   ask PEER HOW, phone PEER HOW        as a request, whose response is heard later; as a call
struct Op {
  std::string what;
  std::string peer = {};
  std::string detail = {};
  bool operator==(const Op&) const = default;
};

struct Step {
  std::string what;  // tell, cross, suspend, resume, stop (sys:terminate), kill
  std::string server;
  std::vector<Op> ops = {};
  // cross: another one is told something at the same time, and when both have done it, the first one this.
  std::string peer = {};
  std::vector<Op> peer_ops = {};
  std::vector<Op> then = {};
  std::string reason = {};  // of stop
  bool operator==(const Step&) const = default;
};

struct Script {
  std::string title;  // its number, and words
  std::vector<std::string> servers;
  std::vector<Step> steps;
  bool operator==(const Script&) const = default;
};

std::string to_string(const Op& op);
std::string to_string(const Script& script);

// Of any number of scripts. An error says which line is not understood.
std::expected<std::vector<Script>, std::string> read_scripts(std::string_view text);

}  // namespace ninelives::conformance::servers
