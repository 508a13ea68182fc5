// What the book of a storm proves: reads it as it grows, and says where it breaks a promise of the mailbox
// (docs/mailbox.md). Knows nothing of processes: whoever has killed them tells it what is excused.
#pragma once
#include <compare>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/storm/book.hpp"

namespace ninelives::storm {

struct Counters {
  std::uint64_t calls = 0;
  std::uint64_t casts = 0;
  std::uint64_t handled = 0;
  std::uint64_t downs_heard = 0;  // by watchers
  std::uint64_t torn = 0;         // of a vandal's, where there is one
  std::map<Outcome, std::uint64_t> outcomes;
};

class Audit {
 public:
  explicit Audit(std::filesystem::path book, bool with_vandal = false);

  // Reads what was written since. Each finding is one sentence, with the entries that it is about.
  void read_on();
  const std::vector<std::string>& findings() const { return findings_; }
  const Counters& counters() const { return counters_; }

  // From now on nothing that was sent need arrive: the node was killed.
  void node_was_killed() { node_killed_ = true; }

  // ---- when everybody is at rest

  // What its sender knows to be in the receiver's mailbox, and nobody has handled.
  std::uint64_t lost_to(Actor receiver) const;
  std::vector<std::string> losses(Actor receiver) const;  // the first few of each sender
  // Sends and calls that have begun and not ended, of senders of whom `lives(actor, life)` says that they
  // were not killed.
  using Lives = std::function<bool(Actor, std::uint64_t life)>;
  std::vector<std::string> unfinished(const Lives& lives) const;
  // Monitors of and links to lives that are over, of which their watchers, who live, have not heard.
  std::vector<std::string> missing_downs(const Lives& lives) const;

 private:
  struct ChannelKey {
    Actor sender = 0;
    std::uint64_t life = 0;
    Actor receiver = 0;
    auto operator<=>(const ChannelKey&) const = default;
  };
  struct Channel {
    std::uint64_t begun = 0;                          // the last number
    std::uint64_t handled = 0;                        // the last number
    bool is_over = false;                             // the receiver has heard of the sender's end
    std::unordered_set<std::uint64_t> handled_early;  // before its sender had written what became of it
    std::unordered_set<std::uint64_t> waiting;        // sent, and not handled yet
    std::unordered_set<std::uint64_t> downs;          // ended in down, and never handled
    std::unordered_set<std::uint64_t> refused;        // its sender was told that nobody gets it
  };
  struct MonitorKey {
    Actor watcher = 0;
    std::uint64_t life = 0;
    std::uint64_t ref = 0;
    auto operator<=>(const MonitorKey&) const = default;
  };
  struct Monitor {
    Entry began;
    bool told = false;
  };

  void read(const Entry& entry);
  void began(Channel& channel, const Entry& entry);
  void ended(Channel& channel, const Entry& entry);
  void judge_outcome(Channel& channel, const Entry& entry);
  void accepted(Channel& channel, const Entry& entry);
  void turned_away(Channel& channel, const Entry& entry);
  void handled(Channel& channel, const Entry& entry);
  void watching(const Entry& entry);
  void down(const Entry& entry);
  bool earlier_ends_are_told(const Entry& entry) const;
  void find(std::string_view what, const Entry& entry);

  std::filesystem::path path_;
  std::ifstream file_;
  bool with_vandal_;
  bool node_killed_ = false;
  std::map<ChannelKey, Channel> channels_;
  std::map<std::pair<Actor, std::uint64_t>, Entry> open_;  // what each sender has begun and not ended
  std::map<MonitorKey, Monitor> monitors_;
  Counters counters_;
  std::vector<std::string> findings_;
};

std::string to_string(const Entry& entry);

}  // namespace ninelives::storm
