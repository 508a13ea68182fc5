// A server that does what a script says, and writes down what it hears.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <ninelives/genserver.hpp>

namespace ninelives::conformance::servers {

// Who it is, and who the others are.
struct Meet {
  std::string name;
  std::map<std::string, Pid> everybody = {};
};
BOOST_DESCRIBE_STRUCT(Meet, (), (name, everybody))

struct Tell {  // an Op
  std::string what;
  std::string peer = {};
  std::string detail = {};
  bool is_answered = true;  // phone: or it is a time-out that is waited for
};
BOOST_DESCRIBE_STRUCT(Tell, (), (what, peer, detail, is_answered))

struct Word {
  std::string from;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Word, (), (from, text))
struct Note {
  std::string from;  // empty: the driver
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (from, text))
struct Ask {
  std::string from;  // empty: the driver
  std::string how;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (from, how))
struct Pass {  // answer this one
  std::string from;
  From<std::string> caller = {};
};
BOOST_DESCRIBE_STRUCT(Pass, (), (from, caller))
struct Go {
  int further = 0;
};

struct ActorApi {
  using Calls = ninelives::Calls<std::string(Ask)>;
  using Casts = ninelives::Casts<Meet, Tell, Word, Pass>;
  using Infos = ninelives::Infos<Note>;
};

class Actor : public GenServer<ActorApi, Continues<Go>> {
 public:
  using Hear = std::function<void(const std::string&)>;
  explicit Actor(Hear hear) : hear_(std::move(hear)) {}

  CallResult<std::string> handle_call(const Ask& ask, From<std::string> caller);
  void handle_cast(const Meet& meet);
  Result handle_cast(const Tell& tell);
  void handle_cast(const Word& word) { hear_(word.from + ": cast " + word.text); }
  void handle_cast(const Pass& pass);
  void handle_info(const Note& note);
  void handle_info(const Timeout&) { hear_("timeout"); }
  void handle_info(const Down& down);
  void handle_info(const Exit& exit);
  void handle_info(const Response& response);
  Result handle_continue(const Go& go);
  void terminate(const ExitReason& reason);

 private:
  Result do_to_peer(const Tell& tell);
  void answer();
  std::string name_of(const Pid& pid) const;

  Hear hear_;
  std::string name_;
  std::map<std::string, Pid> everybody_;
  std::deque<From<std::string>> callers_;  // that wait for an answer
  std::map<std::string, std::vector<MonitorRef>> monitors_;
  std::vector<std::pair<std::string, Request<std::string>>> requests_;
};

// OTP's words, both ways.
std::string word(const ExitReason& reason);
ExitReason reason_of(std::string_view word);
std::string word(const std::expected<std::string, CallError>& outcome);

}  // namespace ninelives::conformance::servers
