// OTP's supervisor, written down as supervisor.erl has it, and Elixir's DynamicSupervisor. It blocks: it
// takes one message after the other, and a start or a stop is over before it does anything else. Processes
// obey at once. What happens is told in the words of Play, so that the two can be compared. Nothing of the
// core is used here but the types in which specs and endings are written.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <ninelives/spec/tree.hpp>

#include "supervisor/core/types.hpp"

namespace ninelives::supervisor::test {

class Otp {
 public:
  enum class Start { succeeds, fails, ignores };
  using Starts = std::map<std::string, std::deque<Start>>;  // the next ones, by id; the others succeed

  explicit Otp(SupervisorSpec spec) : flags_(std::move(spec)) {}

  void boot();
  // A process ends by itself: its EXIT is in the mailbox from now on.
  void dies(const std::string& id, Ending reason);
  void reads_mail();
  // What it has told itself to try again waits: whatever else comes, comes before.
  void reads_mail_but_retries();
  void stop();

  // supervisor(3); the results are the words of the core's answers.
  std::string start_child(const ChildSpec& spec);
  std::string terminate_child(const std::string& id);
  std::string restart_child(const std::string& id);
  std::string delete_child(const std::string& id);
  void code_change(SupervisorSpec spec);

  bool is_alive() const { return !is_over_; }
  bool has(const std::string& id) const;
  bool runs(const std::string& id) const;
  std::string children() const;  // as Play::children()

  Starts starts;
  std::chrono::nanoseconds now{};
  std::function<void()> before_operation = [] {};  // each start, and each stop of a process that lives
  std::vector<std::string> story;
  std::vector<std::string> reports;

 private:
  enum class Pid { undefined, restarting, running };
  struct Child {
    ChildSpec spec;
    Pid pid = Pid::undefined;
    bool is_dead = false;  // and its EXIT was not read yet
    Ending reason = Ending::normal;
  };
  using List = std::list<Child>;  // in start order
  struct Exit {
    std::string id;
  };
  struct TryAgain {
    std::string id;
  };

  void handle(const Exit& message);
  void handle(const TryAgain& message);
  void do_restart(List::iterator child, Ending reason);
  void restart(List::iterator child);
  void restart_one(List::iterator child);
  void restart_from(List::iterator first);
  bool add_restart();
  void auto_shutdown(const ChildSpec& spec);
  Start start(Child& child);
  std::string start_children(List::iterator first);
  void terminate_children(List::iterator first);
  void terminate(Child& child);
  void del_child(List::iterator child);
  void end(const std::string& why);
  void try_again(const std::string& id) { mailbox_.push_back(TryAgain{id}); }
  void forget_mail_of(const std::string& id);
  List::iterator find(const std::string& id);
  bool is_dynamic() const { return flags_.dynamic || flags_.strategy == Strategy::simple_one_for_one; }

  SupervisorSpec flags_;
  List children_;
  std::deque<std::variant<Exit, TryAgain>> mailbox_;
  std::vector<std::chrono::nanoseconds> restarts_;
  bool is_over_ = false;
};

}  // namespace ninelives::supervisor::test
