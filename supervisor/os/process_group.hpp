// What remains of a child in its process group when the child itself is dead: it is killed, waited for and
// reaped, so that nothing of one incarnation can still write when the next one starts.
//
// A group is named by its leader, a direct child made by launch(). The number belongs to nobody else for as
// long as the leader is not reaped or a member is left; everything here relies on it and checks it where it
// can. The caller must be a child subreaper (become_subreaper()), or orphans of the group go elsewhere and
// are not seen.
#pragma once
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <sys/types.h>
#include <system_error>

namespace ninelives::supervisor {

// The leader must be an unreaped child, alive or dead.
std::error_code signal_group(pid_t leader, int number);

// One attempt: SIGKILL to the group, then whether no member is alive any more. The leader must be dead and
// unreaped, anything else aborts. Microseconds; usually true, because usually the child was alone in its
// group.
//
// Not seen is a member whose living parent has left the group: kill_marked() finds the parent, and it then
// comes to us.
bool kill_group(pid_t leader);

// Reaps the dead members that have become our children. Call it right after reaping the leader, not before:
// it would take the leader too.
void reap_group(pid_t leader);

// What was the child of a supervisor that is dead, and so has become ours.
enum class Orphan {
  not_ours,  // no child of ours: reaped already, or its parent has not died yet
  alive,     // it, or something in its group; killed by now
  ended,     // reaped by this call, and nothing of its group is alive
};
// One attempt to end it and its group. The leader is none of the children that we have launched.
Orphan end_orphan(pid_t leader);

// For when kill_group() said false: repeats it until it says true, then calls `done` once, from the
// io_context. There is no time limit: a member in uninterruptible sleep delays the end, and starting the next
// incarnation beside it would be wrong. The leader stays unreaped meanwhile. Destroying this cancels.
class GroupKill {
 public:
  using Done = std::move_only_function<void()>;
  GroupKill(boost::asio::io_context& io, pid_t leader, Done done);
  ~GroupKill();
  GroupKill(GroupKill&&) noexcept;
  GroupKill& operator=(GroupKill&&) noexcept;

 private:
  struct Attempts;
  std::shared_ptr<Attempts> attempts_;
};

}  // namespace ninelives::supervisor
