// A supervision tree whose processes do at once what they are told, unless the test says otherwise, and the
// story of what has happened, in words:
//   +a            a is ready              !a            a's start has failed
//   ~a            a had nothing to do     -a(shutdown)  a was stopped, and has ended in that way
//   *a(abnormal)  a has ended by itself   SUP(gave_up a), SUP(stopped) ...  the top supervisor has ended
// Ids are unique in the whole tree. A child below another supervisor is named by its path, as in `s/a`.
#pragma once
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/supervisor/core/host.hpp"
#include "tests/supervisor/core/specs.hpp"

namespace ninelives::supervisor::test {

class Play : private Director {
 public:
  // How a start goes. A start that hangs goes on until becomes_ready() or exits().
  enum class Start { succeeds, fails, fails_to_launch, ignores, hangs };

  explicit Play(const SupervisorSpec& spec) : host_(spec, *this) {}
  explicit Play(std::vector<ChildSpec> children) : Play(SupervisorSpec{.children = std::move(children)}) {}

  Play& boots();

  // ---- how processes behave from now on, by id

  void next_starts(const std::string& id, std::deque<Start> starts);  // the others succeed
  void never_starts(const std::string& id) { broken_.insert(id); }
  void starts_again(const std::string& id) { broken_.erase(id); }
  void is_deaf(const std::string& id) { deaf_.insert(id); }
  void dies_slowly(const std::string& id) { slow_.insert(id); }  // when it was killed, with exits() at last
  void ends_with(const std::string& id, Ending ending) { stop_endings_[id] = ending; }

  // ---- what happens; everything that follows from it without time going on has happened when it returns

  void exits(const std::string& path, Ending ending);  // by itself, or at last
  void crashes(const std::string& path) { exits(path, Ending::abnormal); }
  // The second one dies when so many starts and stops that follow from the first death are done, or all of
  // them; unless it does not run by then.
  void exits_during(const std::string& first, Ending first_ending, const std::string& second,
                    Ending second_ending, int operations);
  void becomes_ready(const std::string& path);
  void is_told_to_stop() { give(0, StopAll{}); }
  void is_killed(const std::string& path);  // a supervisor, and all that is below it
  void is_killed_at_once() { give(0, KillAll{}); }
  void ticks();  // once, everywhere
  void passes(std::chrono::nanoseconds time);

  // ---- requests; the result is the answer, and nothing if there is none yet

  std::string start_child(const ChildSpec& spec, const std::string& under = "");
  std::string terminate_child(const std::string& path);
  std::string restart_child(const std::string& path);
  std::string delete_child(const std::string& path);
  std::string change_spec(const SupervisorSpec& spec, const std::string& under = "");
  std::string terminate_child(const ChildName& name, const std::string& under);
  // The answers that have come since, and were nobody's result; the oldest first.
  std::string late_answers();

  // ---- what can be seen

  std::string story();                                        // since it was last asked for
  std::string reports();                                      // likewise; those of progress are left out
  std::string children(const std::string& under = "") const;  // `b:restarting a:undefined c:present`
  std::string counts(const std::string& under = "") const;  // specs, active, supervisors, workers: `3 1 0 3`
  const Supervisor& supervisor(const std::string& path = "") const { return *host_.supervisor(node(path)); }
  // What it is known by: its process, or, while it is restarted, the last one that was ready.
  ProcessRef process(const std::string& path) const;
  bool is_finished() const { return supervisor().finished(); }
  std::size_t processes() const { return host_.processes(); }
  TimePoint now() const { return host_.now(); }
  bool is_due() const;  // a Tick would find something

 private:
  struct Place {
    NodeId node;
    ChildNumber child;
  };

  Manner manner(NodeId supervisor, const ChildSpec& child, Life life) override;
  std::uint64_t precedence() override { return comes_first_ ? 0 : 1; }
  void reconsiders(const ChildSpec& child, Manner& manner) override;
  void begins(NodeId id, const Supervisor& supervisor) override;
  void follows(const Step& step) override;

  void give(NodeId node, Event event);
  bool runs(const std::string& path) const;
  void dies(const std::string& path, Ending ending);
  template <class Request>
  std::string ask(NodeId node, Request request);
  NodeId node(const std::string& path) const;
  Place place(const std::string& path) const;
  const Process& process(const Place& place) const;
  ChildName name(const std::string& path) const;
  Start next_start(const std::string& id);
  void tell_end(const Step& step, const Exited& exited);
  void note(const Step& step, const Action& action);

  std::map<std::string, std::deque<Start>> next_starts_;
  std::set<std::string> broken_;
  std::set<std::string> deaf_;
  std::set<std::string> slow_;
  std::map<std::string, Ending> stop_endings_;

  std::map<NodeId, std::map<ChildNumber, std::string>> ids_;  // of those that are gone too
  std::map<NodeId, std::map<ChildNumber, Life>> ready_;       // the last life that was
  std::vector<std::string> story_;
  std::vector<std::string> reports_;
  std::deque<std::pair<RequestId, std::string>> answers_;
  RequestId next_request_ = 1;
  bool comes_first_ = false;      // what is posted now
  bool is_told_already_ = false;  // the end that follows now
  Host host_;                     // the last one: it speaks with us from the beginning
};

}  // namespace ninelives::supervisor::test
