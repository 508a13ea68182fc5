// What has become of a call, told by the caller alone from words that the supervisor and the server have
// written. The order of the loads is part of the protocol; every "down" is final only after the caller has
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
};

struct Judgement {
  enum class Fate { undecided, down };
  Fate fate = Fate::undecided;
  Incarnation life = 0;  // whose end it is, where the fate is down
};

inline Judgement judge(const Request& request, const Row& row, const Entry& entry) {
  using Fate = Judgement::Fate;
  const Judgement undecided;
  const Judgement void_request{Fate::down, request.dest_inc};
  const RowWord word = RowWord::unpack(row.state.load(std::memory_order::seq_cst));
  if (row.owner_inc.load(std::memory_order::acquire) != request.owner_inc) return void_request;
  if (!word.is_over(request.dest_inc)) return undecided;
  if (word.state == RowState::gone || word.state == RowState::stopped || word.state == RowState::free) {
    return void_request;
  }
  if (request.for_one_life) return void_request;
  if (request.dest_inc < row.accept_from.load(std::memory_order::acquire)) return void_request;

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
