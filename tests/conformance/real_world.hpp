// A scenario on real processes: a node with the scenario's tree, whose workers are actors (actor.hpp), played
// upon as anybody could: children are killed or told to end, supervisors are called by mail. What is seen of
// it is the event file and what the supervisors answer.
//
// A step is over when all that OTP's trace tells of it can be seen; what comes later than that belongs to the
// next step, and is a difference there.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <ninelives/ipc/supervision.hpp>
#include <ninelives/node.hpp>

#include "tests/conformance/chronicle.hpp"
#include "tests/conformance/trace.hpp"
#include "tests/support/running_node.hpp"

namespace ninelives::conformance {

class RealWorld {
 public:
  // Each node in the sandbox has a name of its own.
  RealWorld(const test::Sandbox& sandbox, const Scenario& scenario, const std::string& node);

  // Plays until it is not as expected, or to the end; what was seen is visible() like the expected trace.
  // Once. The thread is that of the constructor.
  Trace run(const Trace& expected);

 private:
  // A supervisor as it has answered.
  struct Answers {
    std::string life;
    std::string path;
    const Definition* definition;
    std::vector<supervision::ChildInfo> children;
    supervision::ChildCounts counts;
  };

  // real_world.cpp: steps, and what is seen of them
  bool is_seen(const TraceStep& expected);
  TraceStep look();
  void read_events();
  bool attach();
  bool ask_below(const std::string& life, const std::string& path, const Definition& definition);
  const Answers* find_supervisor(std::string_view name) const;

  // real_actions.cpp: what is done to it
  void play(const Step& step);
  void play(const Answers& supervisor, const Event& event);
  void end_child(const Answers& supervisor, const Event& event) const;
  void kill(const Pid& pid) const;
  std::optional<supervision::ChildName> child_name(const std::string& child) const;
  std::string call(const Answers& supervisor, const Event& event, const supervision::ChildName& child);
  ChildSpec spec_of(const Definition& definition) const;
  void enlist(ChildSpec& spec) const;

  // OTP's words
  std::string name_of(const supervision::ChildInfo& child) const;
  std::string words_of(const Answers& supervisor, const std::vector<supervision::ChildInfo>& children) const;
  static std::string words_of(const supervision::ChildCounts& counts);
  std::string words_of(const supervision::StartResult& result) const;
  std::string words_of(const supervision::Done& done) const;
  std::string words_of(const std::expected<ChildSpec, supervision::ChildError>& found) const;
  std::string words_of(const supervision::ChildError& error) const;

  const test::Sandbox& sandbox_;
  const Scenario& scenario_;
  std::string node_name_;
  Chronicle chronicle_;
  std::size_t events_read_ = 0;
  test::RunningNode node_;
  std::optional<Node> place_;         // ours in the node
  std::vector<Answers> tree_;         // each before those below it
  std::vector<std::string> replies_;  // of this step
};

}  // namespace ninelives::conformance
