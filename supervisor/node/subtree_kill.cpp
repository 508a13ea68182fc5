#include "supervisor/node/subtree_kill.hpp"

#include <algorithm>

#include "supervisor/node/marks.hpp"
#include "supervisor/os/process_group.hpp"

namespace ninelives::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::microseconds longest_pause = 50ms;
// Where something execs all the time, hardly a scan is complete.
constexpr int most_incomplete_scans = 20;

}  // namespace

SubtreeKill::SubtreeKill(boost::asio::io_context& io, const Rows& rows, const Pid& dead, IsOurs is_ours,
                         Done done)
    : rows_(rows),
      dead_(dead),
      is_ours_(std::move(is_ours)),
      marks_(marks_under(rows.files().path(), dead)),
      done_(std::move(done)),
      timer_(io),
      ended_{dead.slot} {
  attempt_after(0us);
}

void SubtreeKill::attempt_after(std::chrono::microseconds pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) attempt();
  });
}

void SubtreeKill::attempt() {
  if (rows_have_ended() && nobody_is_marked()) {
    Done done = std::move(done_);
    return done();  // which may destroy this
  }
  attempt_after(pause_);
  pause_ = std::min(pause_ * 2, longest_pause);
}

// A row without a number belongs to a launch that had not come to its exec: the mark tells of it, and perhaps
// a number that is there by the next attempt.
bool SubtreeKill::rows_have_ended() {
  bool all = true;
  for (const Rows::Alive& life : rows_.alive_below(dead_.slot)) {
    if (life.os_pid == 0) continue;
    if (has_ended(life)) {
      ended_.insert(life.pid.slot);
    } else {
      all = false;
    }
  }
  return all;
}

// A number that is that of a child of ours has been recycled.
bool SubtreeKill::has_ended(const Rows::Alive& life) {
  if (ended_.contains(life.pid.slot) || is_ours_(life.os_pid)) return true;
  switch (end_orphan(life.os_pid)) {
    case Orphan::alive:
      return false;
    case Orphan::ended:
      return true;
    case Orphan::not_ours:
      return ended_.contains(life.supervisor);  // else its parent is still to die
  }
  return false;
}

bool SubtreeKill::nobody_is_marked() {
  const Sweep sweep = kill_marked(marks_);
  if (!sweep.killed.empty()) return false;
  return sweep.complete || ++scans_ > most_incomplete_scans;
}

}  // namespace ninelives::supervisor
