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

struct SentBlob {
  std::uint64_t position = 0;
  std::size_t bytes = 0;
};

struct Peer {
  // The slot has another owner, or the way to the present one could not be completed.
  void forget_way_to() {
    out.reset();
    box.reset();
    replies.clear();
    blobs.clear();
    blob_bytes = 0;
    seen_cursor = 0;
  }

  void saw_cursor(std::uint64_t cursor) {
    seen_cursor = cursor;
    while (!blobs.empty() && blobs.front().position < cursor) {
      blob_bytes -= blobs.front().bytes;
      blobs.pop_front();
    }
  }

  Owner owner;                 // whose box and ring `box` and `out` are
  std::optional<BoxView> box;  // before `out`
  std::optional<RingWriter> out;
  std::uint64_t seen_cursor = 0;    // the peer's cursor when it was last looked at: it only moves on
  std::deque<QueuedReply> replies;  // no room for them yet
  std::deque<SentBlob> blobs;       // not taken yet, as far as seen_cursor tells
  std::size_t blob_bytes = 0;       // of these

  Incarnation in_owner = 0;  // whose ring `in` is
  std::optional<RingReader> in;
};

}  // namespace ninelives::ipc
