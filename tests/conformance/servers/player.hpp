// Plays a script on servers of ours, wherever they run.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/conformance/servers/actor.hpp"
#include "tests/conformance/servers/script.hpp"
#include "tests/conformance/trace.hpp"

namespace ninelives::conformance::servers {

// Where the servers run. The thread of the test is a process of the same node.
class Stage {
 public:
  virtual ~Stage() = default;

  virtual Pid pid_of(const std::string& server) = 0;
  // Nothing that is sent to these is looked at until this is called again, with nobody.
  virtual void hold(const std::vector<std::string>& servers) = 0;
  virtual void kill(const std::string& server) = 0;
  // Returns when nobody has anything to do any more.
  virtual void rest() = 0;
  // Since it was asked last.
  virtual std::vector<std::string> take_heard(const std::string& server) = 0;
  virtual std::optional<ExitReason> end_of(const std::string& server) = 0;
};

class Player {
 public:
  Player(Stage& stage, const Script& script);
  // What could be observed, step by step: as the oracle tells it.
  Trace run();

 private:
  void play(const Step& step);
  void cross(const Step& step);
  void tell(const std::string& server, const std::vector<Op>& ops);
  void call(const std::string& server, const std::string& how);
  bool is_answered(const Op& op) const;
  std::vector<std::string> look();

  Stage& stage_;
  const Script& script_;
  std::map<std::string, Pid> everybody_;
  std::set<std::string> suspended_;
  std::set<std::string> ended_;
  std::vector<std::pair<int, Request<std::string>>> calls_;  // the driver's that have no outcome yet
  int last_call_ = 0;
  std::vector<std::string> outcomes_;  // of this step
};

}  // namespace ninelives::conformance::servers
