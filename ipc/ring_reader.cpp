#include "ipc/ring_reader.hpp"

#include <algorithm>

namespace ninelives::ipc {
namespace {

constexpr std::size_t place_of(std::uint64_t position) { return position % ring_capacity; }

}  // namespace

RingReader::RingReader(Mapping ring, Entry& entry, Incarnation me)
    : mapping_(std::move(ring)), entry_(&entry), me_(me), ring_id_(header().ring_id) {
  if (entry_->ring_id.load(std::memory_order::relaxed) != ring_id_) {
    // In this order: the sender takes the cursor as 0 until it reads its own ring_id.
    entry_->start_inc.store(0, std::memory_order::release);
    entry_->start_pos.store(0, std::memory_order::release);
    entry_->released.store(0, std::memory_order::release);
    entry_->cursor.store(0, std::memory_order::release);
    entry_->ring_id.store(ring_id_, std::memory_order::release);
  }
  cursor_ = entry_->cursor.load(std::memory_order::relaxed);
  entry_->released.store(cursor_, std::memory_order::release);  // a former life reads nothing any more
  closed_ = cursor_ == cursor_closed || cursor_ % line_bytes != 0 || !can_touch(cursor_, sizeof(Word));
}

// A sender that writes wrong lengths must not lead its reader where there is no memory: on a full tmpfs that
// is a SIGBUS.
bool RingReader::can_touch(std::uint64_t position, std::size_t bytes) {
  const std::size_t first = place_of(position) / page_bytes;
  const std::size_t last = (place_of(position) + bytes - 1) / page_bytes;
  for (std::size_t page = first; page <= last; ++page) {
    const std::uint32_t bit = std::uint32_t{1} << page;
    if ((touchable_ & bit) != 0) continue;
    if (!make_readable(mapping_.as<Ring>()->data.data() + page * page_bytes, page_bytes)) return false;
    touchable_ |= bit;
  }
  return true;
}

// The record, and the word behind it, where the next one will be looked for; it may be the first of the ring,
// which always has memory.
bool RingReader::can_touch_record(std::uint64_t position, std::size_t length) {
  const std::size_t first = place_of(position) / page_bytes;
  const std::size_t last = std::min(place_of(position) + length, ring_capacity - 1) / page_bytes;
  const std::uint32_t wanted = (std::uint32_t{2} << last) - (std::uint32_t{1} << first);
  if ((touchable_ & wanted) == wanted) return true;
  return can_touch(position, length) && can_touch(position + length, sizeof(Word));
}

std::optional<RecordView> RingReader::front() { return look(cursor_); }

std::optional<RecordView> RingReader::look(std::uint64_t position) {
  if (closed_) return std::nullopt;
  bool padded = false;
  for (;;) {
    const auto& record = *reinterpret_cast<const RecordHeader*>(at(position));
    const std::uint64_t bits = record.commit.load(std::memory_order::seq_cst);
    if (bits == 0) return padded ? nonsense() : std::nullopt;  // padding and its record appear at once
    const Commit commit = Commit::unpack(bits);
    const std::size_t left = ring_capacity - place_of(position);
    if (commit.length == 0 || commit.length % line_bytes != 0 || commit.length > left) return nonsense();
    if (commit.kind == Kind::pad) {
      if (padded || commit.length != left) return nonsense();
      padded = true;
      position += commit.length;
      continue;
    }
    if (!can_touch_record(position, commit.length)) return nonsense();
    if (commit.kind == Kind::none || commit.kind > last_kind_on_wire ||
        commit.length < sizeof(RecordHeader)) {
      return nonsense();
    }
    RecordView view{.position = position,
                    .end = position + commit.length,
                    .kind = commit.kind,
                    .src_inc = record.src_inc,
                    .dest_inc = record.dest_inc,
                    .ref = record.ref,
                    .message = record.message,
                    .bytes = record.bytes,
                    .payload = reinterpret_cast<const char*>(&record + 1),
                    .in_arena = commit.in_arena,
                    .for_one_life = commit.for_one_life};
    if (view.bytes > commit.length - sizeof(RecordHeader)) return nonsense();
    return view;
  }
}

void RingReader::take(const RecordView& record) {
  if (entry_->start_inc.load(std::memory_order::relaxed) != me_) {
    // In this order: whoever reads that it is me who takes also reads where I began.
    entry_->start_pos.store(cursor_, std::memory_order::release);
    entry_->start_inc.store(me_, std::memory_order::release);
  }
  cursor_ = record.end;
  entry_->cursor.store(cursor_, std::memory_order::release);
}

void RingReader::release() {
  if (!closed_) entry_->released.store(cursor_, std::memory_order::seq_cst);
}

void RingReader::publish_cursor() {
  if (!closed_) entry_->cursor.store(cursor_, std::memory_order::seq_cst);
}

void RingReader::close() {
  closed_ = true;
  entry_->cursor.store(cursor_closed, std::memory_order::seq_cst);
}

std::optional<RecordView> RingReader::nonsense() {
  close();
  return std::nullopt;
}

}  // namespace ninelives::ipc
