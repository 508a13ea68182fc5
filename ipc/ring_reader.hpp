// The receiving end of a ring: looks at records in order and takes them. Belongs to one thread of the slot
// that the ring leads to. The sender may be anybody and may write at any time: every value is read once,
// checked, and copied out before it is used. A ring that makes no sense is closed; that is the sender's fault
// and hurts nobody else.
//
// Taking moves the cursor BEFORE the record is acted on: each record is handled at most once, whoever is
// killed.
#pragma once
#include <optional>
#include <string>

#include "ipc/layout.hpp"
#include "ipc/mapping.hpp"

namespace ninelives::ipc {

// A record as it was found: the fields are a private copy, the payload is still the sender's memory.
struct RecordView {
  std::uint64_t position = 0;
  std::uint64_t end = 0;
  Kind kind = Kind::none;
  Incarnation src_inc = 0;
  Incarnation dest_inc = 0;
  std::uint64_t ref = 0;
  std::uint32_t message = 0;
  std::uint32_t bytes = 0;
  const char* payload = nullptr;
  bool in_arena = false;
  bool for_one_life = false;
};

class RingReader {
 public:
  // `ring` is mapped read-only as a whole; `entry` is the reader's own word about it and outlives this
  // object. Adopts the ring if the entry is still about an earlier one.
  RingReader(Mapping ring, Entry& entry, Incarnation me);

  // The record at the cursor, or nullopt: nothing there, or closed.
  std::optional<RecordView> front();
  // The record at or after `position`, which is the cursor or the end of a record that was seen before.
  std::optional<RecordView> look(std::uint64_t position);
  // Moves the cursor behind `record`, which is the front.
  void take(const RecordView& record);
  // Nothing in the sender's arena is looked at any more, of all that was taken.
  void release();

  // One load: is there something at the cursor? Cheap enough for spinning.
  bool has_front() const { return has_record_at(cursor_); }
  bool has_record_at(std::uint64_t position) const {
    if (closed_) return false;
    return reinterpret_cast<const RecordHeader*>(at(position))->commit.load(std::memory_order::seq_cst) != 0;
  }
  std::uint64_t cursor() const { return cursor_; }
  std::uint64_t ring_id() const { return ring_id_; }
  // Does the sender wait for room? Ask after taking; the pair is seq_cst on both sides.
  bool room_wanted() const { return header().want_room.load(std::memory_order::seq_cst) != 0; }
  // Makes what was taken known to a sender that is about to look: the cursor again, as a seq_cst store.
  void publish_cursor();

  bool closed() const { return closed_; }
  void close();

 private:
  const RingHeader& header() const { return *mapping_.as<RingHeader>(); }
  const std::byte* at(std::uint64_t position) const {
    return mapping_.as<Ring>()->data.data() + position % ring_capacity;
  }
  bool can_touch(std::uint64_t position, std::size_t bytes);
  bool can_touch_record(std::uint64_t position, std::size_t length);
  std::optional<RecordView> nonsense();

  Mapping mapping_;
  Entry* entry_;
  Incarnation me_;
  std::uint64_t ring_id_;        // as it was when the ring was adopted
  std::uint32_t touchable_ = 1;  // a bit for each page of the data that is known to have memory
  std::uint64_t cursor_ = 0;
  bool closed_ = false;
};

}  // namespace ninelives::ipc
