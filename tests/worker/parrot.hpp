// A server of the unit tests that does what it is told and remembers what it has heard.
#pragma once
#include <string>
#include <vector>

#include <ninelives/genserver.hpp>

namespace ninelives::test {

// ---- what it can be told; `Do` returns what it says

struct Do {
  enum class What : std::uint8_t {
    reply,
    reply_later,  // when told to, by Answer
    reply_then_timeout,
    reply_then_continue,
    stop_with_reply,  // reason: error("told to")
    stop,             // the same, without a reply
    stop_normal,
    raise,        // throw std::runtime_error("told to")
    raise_oddly,  // throw 42
  };
  What what = What::reply;
  std::int64_t ms = 0;
};
BOOST_DESCRIBE_ENUM(Do::What, reply, reply_later, reply_then_timeout, reply_then_continue, stop_with_reply,
                    stop, stop_normal, raise, raise_oddly)
BOOST_DESCRIBE_STRUCT(Do, (), (what, ms))
// The same as a cast; reply_later: a Ring after `ms`.
struct Act {
  Do::What what = Do::What::reply;
  std::int64_t ms = 0;
};
BOOST_DESCRIBE_STRUCT(Act, (), (what, ms))
struct Heard {};
struct Answer {};  // the oldest call that waits for it
struct Note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (text))
struct Watch {
  Pid pid;
};
BOOST_DESCRIBE_STRUCT(Watch, (), (pid))
struct Tie {  // link and unlink
  Pid pid;
  bool on = true;
};
BOOST_DESCRIBE_STRUCT(Tie, (), (pid, on))
struct Trap {
  bool on = true;
};
BOOST_DESCRIBE_STRUCT(Trap, (), (on))
struct SendExit {
  Pid pid;
  ExitReason reason;
};
BOOST_DESCRIBE_STRUCT(SendExit, (), (pid, reason))
struct Ask {  // a request to another parrot; its response is heard
  std::string whom;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (whom))
struct Dial {  // a call of another parrot, in the callback, without an answer and without an end
  std::string whom;
};
BOOST_DESCRIBE_STRUCT(Dial, (), (whom))

struct ParrotApi {
  using Calls = ninelives::Calls<std::string(Do), std::vector<std::string>(Heard)>;
  using Casts = ninelives::Casts<Act, Answer, Watch, Tie, Trap, SendExit, Ask, Dial>;
  using Infos = ninelives::Infos<Note>;
};

struct Ring {};
struct Go {
  int steps = 0;
};

class Parrot : public GenServer<ParrotApi, Timers<Ring>, Continues<Go>> {
 public:
  explicit Parrot(std::vector<std::string>* last_words = nullptr) : last_words_(last_words) {}

  CallResult<std::string> handle_call(const Do& told, From<std::string> from);
  std::vector<std::string> handle_call(const Heard&) { return heard; }
  Result handle_cast(const Act& told);
  void handle_cast(const Answer&);
  void handle_cast(const Watch& watch) { monitors.push_back(monitor(watch.pid)); }
  void handle_cast(const Tie& tie);
  void handle_cast(const Trap& trap) { trap_exit(trap.on); }
  void handle_cast(const SendExit& send) { exit(send.pid, send.reason); }
  void handle_cast(const Ask& ask) { asked_.push_back(whereis<ParrotApi>(ask.whom).send_request(Do{})); }
  void handle_cast(const Dial& dial) {
    (void)whereis<ParrotApi>(dial.whom).call(Do{Do::What::reply_later}, infinity);
  }
  Result handle_info(const Note& note);
  void handle_info(const Ring&) { heard.push_back("ring"); }
  void handle_info(const Timeout&) { heard.push_back("timeout"); }
  void handle_info(const Down& down) { heard.push_back("down " + to_string(down.reason)); }
  void handle_info(const Exit& exit) { heard.push_back("exit " + to_string(exit.reason)); }
  void handle_info(const Response& response);
  Result handle_continue(const Go& go);
  void terminate(const ExitReason& reason);

  std::vector<std::string> heard;
  std::vector<MonitorRef> monitors;

  BOOST_DESCRIBE_CLASS(Parrot, (), (heard), (), ())

 private:
  std::vector<From<std::string>> callers_;
  std::vector<Request<std::string>> asked_;
  std::vector<std::string>* last_words_;
};

}  // namespace ninelives::test
