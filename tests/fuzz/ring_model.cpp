// A writer and a reader of one ring beside a plain queue: what was appended is taken once, whole and in
// order, whatever the lengths, whoever dies between any two stores, and however late the writer hears of the
// cursor.
#include <algorithm>
#include <cstring>
#include <deque>
#include <fuzzer/FuzzedDataProvider.h>
#include <optional>
#include <string>

#include "ipc/ring_reader.hpp"
#include "ipc/ring_writer.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::fuzz::MemoryFile;
using ninelives::fuzz::require;

// The payload of a record is told by its ref: a letter that differs from its neighbours'.
std::string payload_of(std::uint64_t ref, std::size_t bytes) {
  return std::string(bytes, static_cast<char>('a' + ref % 26));
}

class Run {
 public:
  explicit Run(FuzzedDataProvider& input) : input_(input) { replace(); }

  void operator()() {
    while (input_.remaining_bytes() > 0) step();
    while (!queue_.empty()) take();
    take();
  }

 private:
  struct Sent {
    std::uint64_t ref;
    std::size_t bytes;
    std::uint64_t position;
  };

  void step() {
    switch (input_.ConsumeIntegralInRange(0, 15)) {
      case 0:
        return reader_.emplace(map(Access::read), entry_, ++life_), void();
      case 1:
        return writer_.emplace(map(Access::write)), void();
      case 2:
        return kill_writer();
      case 3:
        return input_.ConsumeBool() ? replace() : reader_->publish_cursor();
      case 4:
        return look_ahead();
      case 5:
        return ask_for_room();
      case 6:
      case 7:
      case 8:
      case 9:
        return take();
      case 10:
        return append(input_.ConsumeIntegralInRange<std::size_t>(0, inline_max));
      case 11:
        seen_cursor_ = entry_.cursor;
        return;
      default:
        return append(input_.ConsumeIntegral<std::uint8_t>());
    }
  }

  Mapping map(Access access) const { return file_.map(access, sizeof(Ring)); }

  // Another ring, as after a closed one: of another id, and its reader begins at 0.
  void replace() {
    file_.clear(sizeof(Ring));
    raw_ = map(Access::write);
    raw_.as<Ring>()->header.ring_id = ++ring_id_;
    queue_.clear();
    seen_cursor_ = last_tail_ = 0;
    writer_.emplace(map(Access::write));
    reader_.emplace(map(Access::read), entry_, life_);
    require(reader_->cursor() == 0, "a ring is read from its beginning");
  }

  void append(std::size_t bytes) {
    const RecordFields fields{.kind = Kind::cast, .src_inc = 1, .dest_inc = 2, .ref = ++ref_, .message = 3};
    const bool has_room = writer_->has_room(bytes, seen_cursor_);
    const std::uint64_t tail = writer_->tail();
    const auto appended = writer_->append(fields, payload_of(ref_, bytes), seen_cursor_);
    require(appended.has_value() == has_room, "there is room where the writer says so");
    if (!appended) {
      require(!queue_.empty() || seen_cursor_ != entry_.cursor, "an empty ring has room");
      return;
    }
    require(*appended >= tail, "a record goes behind the last one");
    last_tail_ = tail;
    queue_.push_back({ref_, bytes, *appended});
  }

  // Killed between a commit and the note of it; or while it wrote the next record, of which all but the first
  // word may be there, and nothing is committed.
  void kill_writer() {
    Ring& ring = *raw_.as<Ring>();
    const std::uint64_t tail = writer_->tail();
    if (input_.ConsumeBool()) ring.header.tail_hint = last_tail_;
    const std::uint64_t room = entry_.cursor + ring_capacity - tail;
    for (int words = input_.ConsumeIntegralInRange(0, 8); words > 0; --words) {
      const std::uint64_t ahead =
          sizeof(Word) * input_.ConsumeIntegralInRange<std::uint64_t>(1, ring_capacity / sizeof(Word));
      const std::uint64_t garbage = input_.ConsumeIntegral<std::uint64_t>();
      if (ahead >= room) continue;
      std::memcpy(ring.data.data() + (tail + ahead) % ring_capacity, &garbage, sizeof garbage);
    }
    writer_.emplace(map(Access::write));
    require(writer_->tail() == tail, "a new life finds the tail");
    last_tail_ = tail;
    seen_cursor_ = entry_.cursor;
  }

  void check(const RecordView& record, const Sent& sent) {
    require(record.ref == sent.ref && record.kind == Kind::cast && record.src_inc == 1 &&
                record.dest_inc == 2 && record.message == 3 && !record.in_arena,
            "a record is the one that was appended");
    require(record.position == sent.position, "a record is where its writer put it");
    require(std::string_view(record.payload, record.bytes) == payload_of(sent.ref, sent.bytes),
            "a payload is whole");
  }

  void take() {
    const auto record = reader_->front();
    require(!reader_->closed(), "a ring of a writer that keeps the rules is not closed");
    require(record.has_value() == !queue_.empty(), "what was appended is there, and nothing else");
    if (!record) return;
    require(reader_->has_front(), "what can be read is seen");
    check(*record, queue_.front());
    reader_->take(*record);
    queue_.pop_front();
  }

  void look_ahead() {
    std::uint64_t position = reader_->cursor();
    for (const Sent& sent : queue_) {
      const auto record = reader_->look(position);
      require(record.has_value(), "all that was appended can be seen");
      check(*record, sent);
      position = record->end;
    }
    require(!reader_->look(position), "behind the last record there is none");
  }

  void ask_for_room() {
    const bool wanted = input_.ConsumeBool();
    writer_->want_room(wanted);
    require(reader_->room_wanted() == wanted && writer_->wants_room() == wanted, "who wants room is heard");
  }

  static inline MemoryFile file_;
  FuzzedDataProvider& input_;
  Mapping raw_;
  Entry entry_{};
  std::optional<RingWriter> writer_;
  std::optional<RingReader> reader_;
  std::deque<Sent> queue_;
  std::uint64_t ring_id_ = 0;
  std::uint64_t ref_ = 0;
  Incarnation life_ = 1;
  std::uint64_t seen_cursor_ = 0;  // by the writer, perhaps long ago
  std::uint64_t last_tail_ = 0;    // before the last append
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Run run(input);
  run();
  return 0;
}
