// What the campaigns have found: a line for people and one for programs as soon as each is over, and a table
// for docs/mailbox.md in the end.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace ninelives::test::stepkill {

// How a kill ends.
struct Outcome {
  std::string left;    // what the others see of it
  std::string mender;  // who sees to it that nobody waits for ever and nothing stays
  friend auto operator<=>(const Outcome&, const Outcome&) = default;
};

// Where kills have ended in the same way.
struct Places {
  std::size_t times = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

struct Findings {
  std::string operation;
  std::string what;  // "killed", "stopped", "pairs"
  std::size_t instructions = 0;
  std::size_t distinct = 0;  // without the further turns of loops
  std::size_t states = 0;    // how many different things a kill can leave outside the process
  std::size_t rounds = 0;    // that ended at the instruction that was chosen
  std::string coverage;
  std::size_t sleeps = 0;
  std::size_t not_reached = 0;  // of those chosen: its lives took another path
  double seconds = 0;
  std::map<Outcome, Places> outcomes;
};

void report(const Findings& findings);

// Of all that was reported as killed; Markdown.
std::string table();

}  // namespace ninelives::test::stepkill
