// A scenario on supervisor/core: each supervisor of the tree is a core, and the world around it is played in
// virtual time. Processes start, fail to start and end at once, as the scenario has it; a deaf one ends when
// its supervisor's patience has come to its end.
//
// OTP's supervisor blocks while it starts or stops a child; the core does not. Here what would wait in the
// mailbox of the former comes to the latter only when no start or stop is under way, so that the two see the
// same things in the same order.
#pragma once
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "supervisor/core/action.hpp"
#include "supervisor/core/event.hpp"
#include "tests/conformance/differences.hpp"
#include "tests/conformance/population.hpp"
#include "tests/conformance/trace.hpp"

namespace ninelives::conformance {

struct Run {
  Trace trace;                            // ends before the step in which the core went on where OTP blocks
  std::set<Difference> differences = {};  // that it has come to
};

class World {
 public:
  explicit World(const Scenario& scenario) : population_(scenario) {}

  // Once.
  Run run();

 private:
  struct News {
    Instance* to;
    supervisor::Event event;
  };

  // world.cpp: steps, and what happens next
  void play_all();
  bool is_ahead() const { return differences_.contains(Difference::never_blocks); }
  void begin_step();
  void end_step();
  void play(const Step& step);
  Instance* find_living(const std::string& name);
  std::optional<Mail> mail_of(Instance& instance, const Event& event);
  void settle();
  bool deliver_news();
  bool lose_patience();
  bool open_mail();
  bool try_again();
  void open(Instance& instance, const Gone& gone);
  void open(Instance& instance, const Call& call);
  void open(Instance& instance, const Stop&);
  void step(Instance& instance, const supervisor::Event& event);

  // world_actions.cpp: what a core wants to be done
  void perform(Instance& instance, const supervisor::Added& action);
  void perform(Instance&, const supervisor::Became&) {}
  void perform(Instance& instance, const supervisor::Launch& action);
  void perform(Instance& instance, const supervisor::AskToStop& action);
  void perform(Instance& instance, const supervisor::Kill& action);
  void perform(Instance& instance, const supervisor::Report& action);
  void perform(Instance& instance, const supervisor::Reply& action);
  void perform(Instance& instance, const supervisor::Finished& action);
  void launch_worker(Process& process);
  void start_ended(Process& process, const std::string& result);
  void ask(Process& process, const char* how);
  void end(Process& process, const std::string& reason);
  void bury(Process& process, const std::string& reason);
  void tell_end(Process& process);
  std::string reason_of(Instance& instance, const supervisor::Outcome& outcome);
  void say(std::string line) { trace_.back().lines.push_back(std::move(line)); }

  // world_calls.cpp: supervisor(3)
  void call(Instance& instance, const Event& event, supervisor::RequestId request);
  bool is_callable(const Event& event);
  void count_cancelled(Instance& instance, const supervisor::ChildName& child);
  supervisor::ChildName child_name(const Instance& instance, const std::string& child);
  std::string children_of(const Instance& instance);
  std::string counts_of(const Instance& instance);
  std::string childspec_of(const Instance& instance, const std::string& child);
  std::string words_of(Instance& instance, const supervisor::Reply& reply);

  Population population_;
  supervisor::TimePoint now_ = std::chrono::seconds(1000);
  std::deque<News> news_;
  std::vector<Instance*> living_;     // after the last step
  std::vector<std::string> replies_;  // of this step
  std::set<Difference> differences_;
  Trace trace_;
};

}  // namespace ninelives::conformance
