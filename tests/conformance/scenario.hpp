// A scenario: a tree, what its processes are going to do, and what happens to them, as a value and as text.
//
//   scenario 17 the failed one is tried again
//   supervisor top strategy=one_for_all intensity=3
//   worker a under=top stops=deaf shutdown=2
//   worker b under=top starts=ok,error
//   supervisor s under=top strategy=rest_for_one intensity=1 restart=transient
//   worker x under=s restart=temporary
//   worker c under=top spare
//   step top: exit a killed; which_children
//   step s: start_child c
//   end
//
// `expect LINE`, and lines that begin with #, are for people and for whoever checks the oracle.
// The first definition is that of the top supervisor; the others are children in start order. What is not
// said is as in a Definition that is made of nothing. A life of a child is written id#n: its n-th start,
// whichever life of its supervisor that was under.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/spec/tree.hpp>

namespace ninelives::conformance {

// What a start of a worker comes to.
enum class Start : std::uint8_t { ok, ignore, error };

// Why a process has ended. It ends with `error` like a program that crashed; {shutdown,x} is OTP's
// {shutdown, Term}. deaf is not a reason, but that it takes no notice: it ends when it is killed.
enum class Reason : std::uint8_t { normal, shutdown, shutdown_x, error, killed, deaf };

struct Definition {
  std::string name;
  std::string id =
      {};  // of its child spec; empty: the name. Others may have it too, once this one is deleted
  std::string under = {};           // the name of the supervisor; empty: it is the top
  bool is_spare = false;            // not there at boot: it comes by start_child
  ChildSpec spec = {};              // without ids, commands and children
  std::vector<Start> starts = {};   // of a worker: its first starts; ok: all others
  Reason stops = Reason::shutdown;  // of a worker: how it ends when it is asked to stop

  bool operator==(const Definition&) const = default;
};

// `exit CHILD REASON`: it ends by itself, or is killed by a stranger. `stop`: the top supervisor is told by
// its parent to stop. Everything else is a call of that function of supervisor(3), where a child is an id, a
// life, or `stranger`, which is a process that is no child; start_child names a definition, or nothing under
// simple_one_for_one.
struct Event {
  std::string what;
  std::string child = {};
  Reason reason = Reason::normal;  // of exit
  bool operator==(const Event&) const = default;
};

// What is in the mailbox of that supervisor before it looks at any of it. A supervisor is an id, which means
// the latest life, or a life.
struct Step {
  std::string supervisor;
  std::vector<Event> events;
  bool operator==(const Step&) const = default;
};

struct Scenario {
  std::string title;  // its number, and words
  std::vector<Definition> definitions;
  std::vector<Step> steps;
  std::vector<std::string> expected =
      {};  // lines of its trace under OTP, in this order: what it is there to show
  bool operator==(const Scenario&) const = default;
};

const std::string& id_of(const Definition& definition);
const Definition& definition_of(const Scenario& scenario, std::string_view name);
// Of the first definition with this id. Those that share an id are all workers of one supervisor.
const Definition& definition_of_id(const Scenario& scenario, std::string_view id);

// The whole child spec of a definition. The name of the definition is the first word of its command.
ChildSpec child_spec(const Scenario& scenario, const Definition& definition);

std::string_view to_string(Start start);
std::string_view to_string(Reason reason);
std::string to_string(const Event& event);
std::string to_string(const Scenario& scenario);

// Of any number of scenarios. An error says which line is not understood.
std::expected<std::vector<Scenario>, std::string> read_scenarios(std::string_view text);

}  // namespace ninelives::conformance
