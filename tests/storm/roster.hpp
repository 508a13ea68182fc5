// Who takes part in a storm. The workers of the tree have fixed numbers, by which the book names them;
// processes outside the tree get numbers of their own as they come. A server calls only servers of a higher
// number, and watchers nobody: in a circle of full mailboxes everybody would wait out its time-out. Some are
// below supervisors that are shot as they are, with which they die.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace ninelives::storm {

using Actor = std::uint32_t;

struct Part {
  std::string_view name;
  bool keeps_mailbox = true;
};

inline constexpr std::array<Part, 5> roster{{
    {.name = "first"},
    {.name = "crew/second", .keeps_mailbox = false},
    {.name = "crew/deck/third"},
    {.name = "watcher"},
    {.name = "crew/deck/watchman"},
}};

inline constexpr Actor servers = 3;   // roster[0..servers): what clients talk to
inline constexpr Actor watchers = 2;  // behind them
static_assert(servers + watchers == roster.size());

// Below the root, those above first.
inline constexpr std::array<std::string_view, 2> supervisors{"crew", "crew/deck"};

inline constexpr Actor vandal = 90;         // sends nonsense: nothing is concluded from what bears its number
inline constexpr Actor first_client = 100;  // one number for each process, never used twice

constexpr bool is_worker(Actor actor) { return actor < roster.size(); }
constexpr bool is_watcher(Actor actor) { return is_worker(actor) && actor >= servers; }
constexpr std::string_view name_of(Actor worker) { return roster[worker].name; }

}  // namespace ninelives::storm
