// What an endpoint knows of one other slot: the way to it and the way from it. Private to the endpoint.
#pragma once
#include <deque>
#include <optional>
#include <string>

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
    seen_cursor = 0;
  }

  Owner owner;                 // whose box and ring `box` and `out` are
  std::optional<BoxView> box;  // before `out`
  std::optional<RingWriter> out;
  std::uint64_t seen_cursor = 0;    // the peer's cursor when it was last looked at: it only moves on
  std::deque<QueuedReply> replies;  // no room for them yet

  Incarnation in_owner = 0;  // whose ring `in` is
  std::optional<RingReader> in;
};

}  // namespace ninelives::ipc
