#include "ipc/ring_writer.hpp"

#include <algorithm>
#include <utility>

#include "ipc/ring_tail.hpp"

namespace ninelives::ipc {
namespace {

constexpr std::size_t place_of(std::uint64_t position) { return position % ring_capacity; }

// The word after a record counts: it is where the next one will be looked for.
constexpr bool leaves_page(std::size_t place, std::size_t length) {
  return place / page_bytes != (place + length) / page_bytes;
}

}  // namespace

RingWriter::RingWriter(Mapping ring) : mapping_(std::move(ring)), tail_(find_tail(*mapping_.as<Ring>())) {
  header().tail_hint.store(tail_, std::memory_order::release);
  zeroed_ = tail_;
  want_room(false);
}

Word& RingWriter::commit_word(std::uint64_t position) const {
  return reinterpret_cast<RecordHeader*>(data() + place_of(position))->commit;
}

// Beyond the end a record must go to the beginning. An empty ring goes there rather than into its next page,
// so that a ring in light use touches one page only; but not over the word that the reader is looking at.
bool RingWriter::must_wrap(std::size_t length, std::uint64_t cursor) const {
  const std::size_t place = place_of(tail_);
  if (place + length > ring_capacity) return true;
  return leaves_page(place, length) && cursor == tail_ && length + sizeof(Word) <= place;
}

std::uint64_t RingWriter::position_for(std::size_t length, std::uint64_t cursor) const {
  return tail_ + (must_wrap(length, cursor) ? ring_capacity - place_of(tail_) : 0);
}

// Up to the end of a record, and the word behind it. A cursor beyond the tail is that of a closed ring, or of
// a receiver that writes nonsense.
bool RingWriter::is_free(std::uint64_t end, std::uint64_t cursor) const {
  return cursor <= tail_ && end + sizeof(Word) - cursor <= ring_capacity;
}

bool RingWriter::has_room(std::size_t payload, std::uint64_t cursor) const {
  const std::size_t length = record_bytes(payload);
  return is_free(position_for(length, cursor) + length, cursor);
}

bool RingWriter::enters_new_page(std::size_t payload) const {
  return leaves_page(place_of(tail_), record_bytes(payload));
}

bool RingWriter::ensure_memory(std::size_t end) {
  if (end <= allocated_) return true;
  const std::size_t up_to = std::min(round_up(end, page_bytes), ring_capacity);
  if (!populate(data() + allocated_, up_to - allocated_)) return false;
  allocated_ = up_to;
  return true;
}

void RingWriter::write(std::uint64_t position, const RecordFields& fields, const Payload& payload) const {
  std::byte* place = data() + place_of(position);
  auto& record = *reinterpret_cast<RecordHeader*>(place);
  record.src_inc = fields.src_inc;
  record.dest_inc = fields.dest_inc;
  record.ref = fields.ref;
  record.message = fields.message;
  record.bytes = static_cast<std::uint32_t>(payload.size());
  payload.write_to(place + sizeof(RecordHeader));
}

std::expected<std::uint64_t, RingWriter::Refusal> RingWriter::append(const RecordFields& fields,
                                                                     const Payload& payload,
                                                                     std::uint64_t cursor) {
  const std::size_t length = record_bytes(payload.size());
  const std::uint64_t position = position_for(length, cursor);
  const std::uint64_t padding = position - tail_;
  const std::uint64_t end = position + length;
  if (!is_free(end, cursor)) return std::unexpected(Refusal::full);
  // The zero word may be the first of the ring, which always has memory.
  const std::size_t next_place = place_of(end);
  if (!ensure_memory(std::max(place_of(position) + length, next_place + sizeof(Word)))) {
    return std::unexpected(Refusal::no_space);
  }
  // What is written goes over words that were zeroed ahead; a payload that throws in the middle leaves it
  // there.
  const std::uint64_t zeroed = std::exchange(zeroed_, tail_);
  write(position, fields, payload);
  if (zeroed < end) commit_word(end).store(0, std::memory_order::relaxed);
  zeroed_ = std::max(zeroed, end);
  const std::uint64_t committed =
      Commit{static_cast<std::uint32_t>(length), fields.kind, fields.in_arena, fields.for_one_life}.pack();
  if (padding > 0) {
    commit_word(position).store(committed, std::memory_order::release);
    commit_word(tail_).store(Commit{static_cast<std::uint32_t>(padding), Kind::pad}.pack(),
                             std::memory_order::seq_cst);
  } else {
    commit_word(position).store(committed, std::memory_order::seq_cst);
  }
  tail_ = end;
  header().tail_hint.store(tail_, std::memory_order::release);
  zero_ahead(cursor);
  return position;
}

// The word behind a record must be zero before the record is committed, and that word is in a line which the
// reader has in its cache: to fetch it costs as much as half the way of a message. So several are zeroed at
// once, and behind a commit, where nobody waits for it. Within the page: what is beyond may have no memory,
// or may not be taken yet.
void RingWriter::zero_ahead(std::uint64_t cursor) {
  constexpr std::uint64_t at_once = 8 * line_bytes;
  if (zeroed_ > tail_) return;
  const std::uint64_t page_end = tail_ / page_bytes * page_bytes + page_bytes;
  const std::uint64_t room_end = cursor + ring_capacity;
  const std::uint64_t end = std::min({tail_ + at_once + line_bytes, page_end, room_end});
  for (std::uint64_t position = zeroed_ + line_bytes; position < end; position += line_bytes) {
    commit_word(position).store(0, std::memory_order::relaxed);
    zeroed_ = position;
  }
}

void RingWriter::want_room(bool wanted) {
  header().want_room.store(wanted ? 1 : 0, std::memory_order::seq_cst);
}

}  // namespace ninelives::ipc
