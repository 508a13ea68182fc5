#include "bench/ipc/goals.hpp"

#include <algorithm>
#include <cstdio>

#include "bench/harness/text.hpp"
#include "bench/ipc/groups.hpp"
#include "bench/ipc/peers/casts.hpp"
#include "bench/ipc/peers/round_trips.hpp"

namespace ninelives::bench {
namespace {

// Ours must not exceed `limit` times the peer's figure; without a peer, `limit` is in the group's unit.
struct Goal {
  const char* words;
  const char* group;
  std::string row;   // ours; empty: the first of the group
  std::string peer;  // empty: none
  double limit;
};

std::vector<Goal> goals() {
  const std::string words = bare_words().name, futex = bare_futex().name, boost = boost_casts().name;
  return {{"call awake: at most 2.0 x bare words", awake_calls, "", words, 2.0},
          {"call awake: at most a third of Erlang's", awake_calls, "", ErlangVm::call_name, 1.0 / 3},
          {"call asleep, cores free: at most 1.15 x bare futex", asleep_free, "", futex, 1.15},
          {"call asleep, same core: at most 1.15 x bare futex", asleep_one_core, "", futex, 1.15},
          {"call asleep, one core each: at most 1.15 x bare futex", asleep_two_cores, "", futex, 1.15},
          {"cast, cores free: at least 3 x Erlang's rate", one_sender_free, "", ErlangVm::cast_name, 1.0 / 3},
          {"cast, cores free: at least 50 x Boost's rate", one_sender_free, "", boost, 1.0 / 50},
          {"cast, one core each: at least 3 x Erlang's rate", one_sender_two_cores, "", ErlangVm::cast_name,
           1.0 / 3},
          {"cast, one core each: at least 50 x Boost's rate", one_sender_two_cores, "", boost, 1.0 / 50},
          {"1 MiB: at least 0.8 x the rate of one memcpy", largest_payload, "", one_memcpy().name, 1 / 0.8},
          {"first contact: at most 60 µs", first_contact, first_call_row, "", 60e3},
          {"the last of 1 000 Downs: at most 1 ms behind the pidfd", deaths, last_down_row, "", 1e6},
          {"look-up in a registry: at most 1 µs", look_ups, "", "", 1e3},
          {"idle mailbox: at most 24 KiB", memory, idle_mailbox_row, "", 24},
          {"ring in light use: at most 8 KiB", memory, light_ring_row, "", 8}};
}

const Row* find_row(const Group& group, const std::string& name) {
  if (name.empty()) return &group.rows.front();
  const auto found = std::ranges::find(group.rows, name, &Row::name);
  return found == group.rows.end() ? nullptr : &*found;
}

std::string met_or_missed(double times_limit, const std::string& is) {
  if (times_limit <= 1) return "met     " + is;
  return "MISSED  " + is + ": " + three_digits(times_limit) + " x what it may be";
}

std::string not_measured(const Row* row) {
  return "open    " + (row ? row->name + ": " + row->trouble : std::string("not measured"));
}

std::string verdict(const Goal& goal, const Group& group) {
  const Row* ours = find_row(group, goal.row);
  if (!ours || !ours->measured()) return not_measured(ours);
  if (goal.peer.empty())
    return met_or_missed(p50(*ours) / goal.limit, "is " + with_unit(p50(*ours), group.unit));
  const Row* peer = find_row(group, goal.peer);
  const auto times = peer ? ratio(*ours, *peer) : std::nullopt;
  if (!times) return not_measured(peer);
  const std::string is =
      *times < 1 ? three_digits(1 / *times) + " x faster" : three_digits(*times) + " x as long";
  return met_or_missed(*times / goal.limit, "is " + is);
}

}  // namespace

void print_goals(const std::vector<Group>& groups) {
  for (const Goal& goal : goals()) {
    const auto group = std::ranges::find(groups, goal.group, &Group::name);
    if (group == groups.end()) continue;
    std::printf("%s %s\n", left(goal.words, 56).c_str(), verdict(goal, *group).c_str());
  }
}

}  // namespace ninelives::bench
