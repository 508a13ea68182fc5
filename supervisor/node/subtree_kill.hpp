// What is below a supervisor that has died: everybody there is killed and waited for, so that at most one
// incarnation of each child is ever alive, also when the supervisor is started again at once.
//
// The kernel has begun already: each child dies with its parent (PR_SET_PDEATHSIG), level by level, and
// becomes our child, as we are the nearest subreaper. What the table tells of is waited for by its number;
// what no row tells of (a launch that was under way, whoever has left its process group) is found by the
// marker in its environment.
//
// Who is killed here, and who mends it: if we are, the supervisor above us does the same for all that is
// below us. Rows are not touched: their reader needs to know how far the former supervisor had come.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "supervisor/node/rows.hpp"
#include "supervisor/os/descendants.hpp"

namespace ninelives::supervisor {

class SubtreeKill {
 public:
  using Done = std::move_only_function<void()>;
  // Whether that is a child which we have launched, and no orphan.
  using IsOurs = std::function<bool(pid_t)>;

  // `dead` is over, and is not reaped yet. `done` is called once, from the io_context, when nothing is left.
  // There is no time limit, as of GroupKill. Destroying this cancels.
  SubtreeKill(boost::asio::io_context& io, const Rows& rows, const Pid& dead, IsOurs is_ours, Done done);
  SubtreeKill(const SubtreeKill&) = delete;
  SubtreeKill& operator=(const SubtreeKill&) = delete;

 private:
  void attempt_after(std::chrono::microseconds pause);
  void attempt();
  bool rows_have_ended();
  bool nobody_is_marked();
  bool has_ended(const Rows::Alive& life);

  const Rows& rows_;
  Pid dead_;
  IsOurs is_ours_;
  Markers marks_;
  Done done_;
  boost::asio::steady_timer timer_;
  std::chrono::microseconds pause_{500};
  std::set<Slot> ended_;  // and whoever was below them is our child by now
  int scans_ = 0;
};

}  // namespace ninelives::supervisor
