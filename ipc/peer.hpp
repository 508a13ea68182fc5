// What an endpoint knows of one other slot: the way to it and the way from it. Private to the endpoint.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "ipc/arena.hpp"
#include "ipc/box_view.hpp"
#include "ipc/ring_reader.hpp"
#include "ipc/ring_writer.hpp"

namespace ninelives::ipc {

struct QueuedReply {
  Kind kind = Kind::reply;
  Incarnation dest_inc = 0;
  std::uint64_t ref = 0;
  std::string payload;
};

struct Peer {
  // The slot has another owner, or the way to the present one could not be completed.
  void forget_way_to() {
    out.reset();
    box.reset();
    replies.clear();
    arena_out.reset();
    former_lives_end.reset();
    seen_cursor = 0;
  }

  Owner owner;                 // whose box and ring `box` and `out` are
  std::optional<BoxView> box;  // before `out`
  std::optional<RingWriter> out;
  std::uint64_t seen_cursor = 0;    // the peer's cursor when it was last looked at: it only moves on
  std::deque<QueuedReply> replies;  // no room for them yet
  std::optional<ArenaWriter> arena_out;
  // Behind the last record of my former lives: their arenas go when the receiver has taken all before it.
  std::optional<std::uint64_t> former_lives_end;

  Incarnation in_owner = 0;  // whose ring `in` is
  std::optional<RingReader> in;
  std::uint64_t looked_for_replies_to = 0;  // positions in it: the replies before are handed out,
  std::uint64_t took_signals_to = 0;        // the signals before are taken, though the cursor may be behind;
  std::uint64_t took_exits_to = 0;          // exit signals, which may be kept, up to here
  std::shared_ptr<ArenaReader> arena_in;    // of the life whose large payload was read last
};

}  // namespace ninelives::ipc
