// What has become of a call, told by the caller alone from words that the supervisor and the server have
// written. The order of the loads is part of the protocol; every end is final only after the caller has
// looked for the reply once more.
#pragma once
#include "ipc/layout.hpp"

namespace ninelives::ipc {

struct Request {
  Incarnation owner_inc = 0;   // of the server's slot when it was sent
  Incarnation dest_inc = 0;    // the life that the row named then
  std::uint64_t ring_id = 0;   // of the caller's ring to the server
  std::uint64_t position = 0;  // of the record in that ring
  bool for_one_life = false;   // the next life does not take it
  bool overtakes = false;      // a suspended server takes it ahead of its cursor
};

struct Judgement {
  // Dropped: nobody has taken the request, and nobody will. Down: somebody may have.
  enum class Fate { undecided, down, dropped };
  Fate fate = Fate::undecided;
  Incarnation life = 0;  // whose end it is, where there is one
};

// Of a request that no life from `refused_from` on takes, while every earlier one is over. What those have
// written stands: the last of them has left the cursor no further than it is read now, and the place where a
// later life began no further than that.
inline Judgement judge_void(const Request& request, const Entry& entry, Incarnation refused_from) {
  const Judgement down{Judgement::Fate::down, request.dest_inc};
  // Of one that overtakes, the cursor does not say that it was not taken.
  const Judgement dropped{request.overtakes ? Judgement::Fate::down : Judgement::Fate::dropped,
                          request.dest_inc};
  if (entry.ring_id.load(std::memory_order::acquire) != request.ring_id) return dropped;
  if (entry.cursor.load(std::memory_order::acquire) <= request.position) return dropped;
  // Perhaps it was only passed over. start_inc before start_pos, as below.
  const bool is_later_life = entry.start_inc.load(std::memory_order::acquire) >= refused_from;
  const bool began_before = entry.start_pos.load(std::memory_order::acquire) <= request.position;
  return is_later_life && began_before ? dropped : down;
}

inline constexpr Incarnation no_life = ~Incarnation{0};  // no life is as late as that

inline Judgement judge(const Request& request, const Row& row, const Entry& entry) {
  using Fate = Judgement::Fate;
  const Judgement undecided;
  const RowWord word = RowWord::unpack(row.state.load(std::memory_order::seq_cst));
  // The row is another owner's by now, and no life of that one reads what was sent to this.
  if (row.owner_inc.load(std::memory_order::acquire) != request.owner_inc) {
    return judge_void(request, entry, no_life);
  }
  if (!word.is_over(request.dest_inc)) return undecided;
  if (request.for_one_life) return judge_void(request, entry, request.dest_inc + 1);
  const Incarnation accept_from = row.accept_from.load(std::memory_order::acquire);
  if (request.dest_inc < accept_from) return judge_void(request, entry, accept_from);
  if (word.state == RowState::gone || word.state == RowState::stopped || word.state == RowState::free) {
    return judge_void(request, entry, no_life);
  }

  // That life is over, and a next one keeps its mailbox: has anybody taken the request?
  if (entry.ring_id.load(std::memory_order::acquire) != request.ring_id) return undecided;
  if (entry.cursor.load(std::memory_order::acquire) <= request.position) return undecided;

  // start_inc before start_pos: whoever reads who takes now must not read where somebody before began.
  const Incarnation taker = entry.start_inc.load(std::memory_order::acquire);
  if (entry.start_pos.load(std::memory_order::acquire) > request.position) {
    // Taken by an earlier life, which is over; by which one is not written down anywhere.
    return {Fate::down, taker > request.dest_inc ? taker - 1 : request.dest_inc};
  }
  const RowWord now = RowWord::unpack(row.state.load(std::memory_order::seq_cst));
  return now.is_over(taker) ? Judgement{Fate::down, taker} : undecided;
}

}  // namespace ninelives::ipc
