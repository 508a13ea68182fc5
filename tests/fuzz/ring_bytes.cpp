// A reader on a ring that holds anything, with an entry that holds anything, of which only some pages have
// memory: it reads nothing outside of the ring's memory, and each look comes to an end.
#include <cstring>
#include <fuzzer/FuzzedDataProvider.h>
#include <numeric>
#include <sanitizer/asan_interface.h>

#include "ipc/ring_reader.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::fuzz::MemoryFile;
using ninelives::fuzz::require;

constexpr std::size_t guard_bytes = page_bytes;

// The ring's mapping is one page longer than the ring, and that page, like what follows the header in its
// page, is forbidden: the mapping of whatever happens to lie behind a ring would hide a reader that goes too
// far.
class Guards {
 public:
  explicit Guards(const Mapping& ring)
      : behind_header_(ring.as<std::byte>(sizeof(RingHeader))),
        behind_ring_(ring.as<std::byte>(sizeof(Ring))) {
    ASAN_POISON_MEMORY_REGION(behind_header_, page_bytes - sizeof(RingHeader));
    ASAN_POISON_MEMORY_REGION(behind_ring_, guard_bytes);
  }
  Guards(const Guards&) = delete;
  Guards& operator=(const Guards&) = delete;
  ~Guards() {
    ASAN_UNPOISON_MEMORY_REGION(behind_header_, page_bytes - sizeof(RingHeader));
    ASAN_UNPOISON_MEMORY_REGION(behind_ring_, guard_bytes);
  }

 private:
  std::byte* behind_header_;
  std::byte* behind_ring_;
};

// The sender, who writes what it likes where the file has memory.
class Scribbler {
 public:
  explicit Scribbler(std::size_t data_bytes) : data_bytes_(data_bytes) {
    file_.clear(page_bytes + data_bytes_);
    ring_ = file_.map(Access::write, sizeof(Ring));
  }
  Mapping map_for_reader() const { return file_.map(Access::read, sizeof(Ring) + guard_bytes); }
  void write(std::size_t place, std::string_view bytes) {
    if (place >= data_bytes_) return;
    std::memcpy(ring_.as<Ring>()->data.data() + place, bytes.data(),
                std::min(bytes.size(), data_bytes_ - place));
  }
  RingHeader& header() { return ring_.as<Ring>()->header; }

 private:
  static inline MemoryFile file_;
  std::size_t data_bytes_;
  Mapping ring_;
};

void check(const RecordView& record, const char* data) {
  require(record.kind > Kind::pad && record.kind <= last_kind_on_wire,
          "a record has a kind that may be sent");
  require(record.end - record.position <= ring_capacity, "a record is no longer than the ring");
  require(record.payload >= data && record.payload + record.bytes <= data + ring_capacity,
          "a payload lies in the ring");
  volatile int sum = std::accumulate(record.payload, record.payload + record.bytes, 0);  // touches each byte
  static_cast<void>(sum);
}

class Run {
 public:
  explicit Run(FuzzedDataProvider& input)
      : input_(input),
        scribbler_(page_bytes * input.ConsumeIntegralInRange<std::size_t>(1, ring_capacity / page_bytes)) {
    scribbler_.header().ring_id = input.ConsumeBool() ? 1 : 2;
    entry_.ring_id = 1;
    entry_.cursor = input.ConsumeBool() ? 8 * input.ConsumeIntegral<std::uint16_t>()
                                        : input.ConsumeIntegral<std::uint64_t>();
    entry_.start_inc = input.ConsumeIntegral<std::uint8_t>();
    scribble();
    Mapping ring = scribbler_.map_for_reader();
    guards_.emplace(ring);
    data_ = ring.as<const char>(page_bytes);
    reader_.emplace(std::move(ring), entry_, 7);
  }

  void operator()() {
    for (int steps = 0; input_.remaining_bytes() > 0 && steps < 64; ++steps) step();
    // Garbage may go round in circles: then its reader has a record to take for ever, and that is no hang.
    for (int taken = 0; taken < 4000; ++taken) {
      if (!take()) break;
    }
  }

 private:
  void step() {
    switch (input_.ConsumeIntegralInRange(0, 6)) {
      case 0:
        return scribble();
      case 1:
        return look_ahead();
      case 2:
        return reader_->publish_cursor();
      case 3:
        if (reader_->has_front())
          require(reader_->front() || reader_->closed(), "what is there is read or refused");
        return;
      case 4:
        reader_->room_wanted();
        return;
      case 5:
        if (input_.ConsumeBool()) reader_->close();
        return;
      default:
        take();
    }
  }

  // Records begin where the readers of the ring look: there the input has its say, 8 bytes being the unit.
  void scribble() {
    std::size_t place = 8 * input_.ConsumeIntegral<std::uint16_t>() % ring_capacity;
    if (input_.ConsumeBool()) place = entry_.cursor % ring_capacity / 8 * 8;
    scribbler_.header().want_room = input_.ConsumeIntegral<std::uint8_t>();
    if (input_.ConsumeBool()) {
      const std::uint64_t commit = Commit{.length = 8U * input_.ConsumeIntegral<std::uint16_t>(),
                                          .kind = static_cast<Kind>(input_.ConsumeIntegral<std::uint8_t>()),
                                          .in_arena = input_.ConsumeBool()}
                                       .pack();
      scribbler_.write(place, {reinterpret_cast<const char*>(&commit), sizeof commit});
      place += sizeof commit;
    }
    scribbler_.write(place, input_.ConsumeRandomLengthString(256));
  }

  void look_ahead() {
    std::uint64_t position = reader_->cursor();
    for (int ahead = 0; ahead < 8; ++ahead) {
      reader_->has_record_at(position);
      const auto record = reader_->look(position);
      if (!record) return;
      check(*record, data_);
      position = record->end;
    }
  }

  bool take() {
    const auto record = reader_->front();
    if (!record) return false;
    require(!reader_->closed(), "nothing is read from a closed ring");
    check(*record, data_);
    reader_->take(*record);
    require(reader_->cursor() == record->end && entry_.cursor == record->end,
            "the cursor is behind what was taken");
    require(entry_.start_inc == 7, "the entry names the life that takes");
    return true;
  }

  FuzzedDataProvider& input_;
  Scribbler scribbler_;
  Entry entry_{};
  std::optional<Guards> guards_;  // lifted when the ring is unmapped already, which only concerns the shadow
  std::optional<RingReader> reader_;
  const char* data_ = nullptr;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Run run(input);
  run();
  return 0;
}
