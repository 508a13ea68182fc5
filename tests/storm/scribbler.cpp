#include "tests/storm/scribbler.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <fstream>
#include <linux/futex.h>
#include <sstream>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/storm/messages.hpp"

namespace ninelives::storm {
namespace {

// Of a box: the pages of its bell; of a ring: its header, and where small messages lie.
constexpr std::size_t busy_bytes = 2 * ipc::page_bytes;

// Whoever sleeps on any word of the busy pages wakes up for nothing.
void wake_everybody(std::span<std::byte> memory) {
  for (std::size_t at = 0; at + sizeof(std::uint32_t) <= std::min(memory.size(), busy_bytes);
       at += ipc::line_bytes) {
    ::syscall(SYS_futex, memory.data() + at, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  }
}

}  // namespace

Scribbler::Scribbler(std::string node_directory, std::uint64_t seed)
    : directory_(std::move(node_directory)), dice_(seed), manner_(static_cast<Manner>(upto(2))) {}

// proc(5): "begin-end rw-s offset device inode   path"
void Scribbler::look_at_maps() {
  shared_.clear();
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    std::string rights, offset, device, inode, path;
    words >> std::hex >> begin >> dash >> end >> rights >> offset >> device >> inode >> path;
    if (rights.size() < 2 || rights[1] != 'w' || !path.starts_with(directory_ + "/")) continue;
    const bool is_ring = path.find("/in.") != std::string::npos && end - begin == sizeof(ipc::Ring);
    shared_.push_back({{reinterpret_cast<std::byte*>(begin), end - begin}, is_ring});
  }
}

void Scribbler::scribble() {
  look_at_maps();
  for (const Shared& shared : shared_) {
    if (upto(1) == 0) continue;
    auto& ring = *reinterpret_cast<ipc::Ring*>(shared.memory.data());
    if (manner_ == Manner::noise || !shared.is_ring) {
      if (manner_ != Manner::forgery) noise(shared);
    } else if (manner_ == Manner::nonsense) {
      nonsense(ring);
    } else {
      forge(ring);
    }
  }
  for (const Shared& shared : shared_) wake_everybody(shared.memory);
}

void Scribbler::noise(const Shared& shared) {
  const std::size_t size = upto(3) == 0 ? shared.memory.size() : std::min(shared.memory.size(), busy_bytes);
  const std::size_t begin = upto(size - 1);
  const std::size_t length =
      std::min(size - begin, static_cast<std::size_t>(1 + upto(upto(7) == 0 ? 4096 : 32)));
  const auto manner = upto(3);
  for (std::byte& byte : shared.memory.subspan(begin, length)) {
    byte = manner == 0 ? std::byte{0} : manner == 1 ? std::byte{0xff} : static_cast<std::byte>(dice_());
  }
}

std::uint64_t Scribbler::false_number() {
  switch (upto(5)) {
    case 0:
      return 0;
    case 1:
      return ~std::uint64_t{0};
    case 2:
      return upto(64);
    case 3:
      return ipc::ring_capacity - 8 + 8 * upto(2);
    case 4:
      return ipc::payload_max + upto(16);
    default:
      return dice_();
  }
}

void Scribbler::nonsense(ipc::Ring& ring) {
  ipc::RingHeader& header = ring.header;
  const std::uint64_t tail = header.tail_hint.load() / 8 * 8;
  switch (upto(15)) {
    case 0:
      header.tail_hint.store(tail + false_number());
      break;
    case 1:
      header.want_room.store(static_cast<std::uint32_t>(dice_()));
      break;
    case 2:
      header.ring_id = false_number();
      break;
    case 3:
      header.magic = false_number();
      header.from = static_cast<Slot>(false_number());
      break;
    case 4:
      for (std::uint64_t position = 0; position < ipc::ring_capacity; position += 8) {  // padding and no end
        const auto left = static_cast<std::uint32_t>(ipc::ring_capacity - position);
        reinterpret_cast<ipc::RecordHeader*>(ring.data.data() + position)
            ->commit.store(ipc::Commit{left, ipc::Kind::pad}.pack());
      }
      break;
    default:
      false_record(ring);
  }
}

// Of any kind, with lengths that are right, wrong or absurd.
void Scribbler::false_record(ipc::Ring& ring) {
  const std::uint64_t place = ring.header.tail_hint.load() / 8 * 8 % ipc::ring_capacity;
  if (place + sizeof(ipc::RecordHeader) + 8 > ipc::ring_capacity) return;
  auto& record = *reinterpret_cast<ipc::RecordHeader*>(ring.data.data() + place);
  record.src_inc = upto(1) == 0 ? upto(8) : false_number();
  record.dest_inc = upto(1) == 0 ? upto(8) : false_number();
  record.ref = upto(1) == 0 ? upto(100) : false_number();
  record.message = static_cast<std::uint32_t>(dice_());
  record.bytes = static_cast<std::uint32_t>(upto(1) == 0 ? upto(16) : false_number());
  const std::uint64_t payload = false_number();
  std::memcpy(ring.data.data() + place + sizeof record, &payload, sizeof payload);
  ipc::Commit commit = ipc::Commit::unpack(dice_());  // whatever else it says
  commit.length = static_cast<std::uint32_t>(upto(3) == 0 ? false_number() : 8 * upto(64));
  commit.kind = static_cast<ipc::Kind>(upto(static_cast<std::uint64_t>(ipc::last_kind_on_wire) + 1));
  record.commit.store(commit.pack());
}

// A record that is in order, where the next one is expected; only what it says is anything at all.
void Scribbler::forge(ipc::Ring& ring) {
  const std::uint64_t tail = ring.header.tail_hint.load() / 8 * 8;
  std::string payload(upto(200), '\0');
  for (char& byte : payload) byte = static_cast<char>(dice_());
  const std::uint64_t place = tail % ipc::ring_capacity;
  const std::size_t length = ipc::record_bytes(payload.size());
  if (place + length + sizeof(ipc::Word) > ipc::ring_capacity) return;
  auto& record = *reinterpret_cast<ipc::RecordHeader*>(ring.data.data() + place);
  record.src_inc = upto(8);
  record.dest_inc = upto(8);
  record.ref = upto(100);
  record.message = upto(1) == 0 ? wire_id<Tell> : wire_id<Ask>;
  record.bytes = static_cast<std::uint32_t>(payload.size());
  std::memcpy(ring.data.data() + place + sizeof record, payload.data(), payload.size());
  reinterpret_cast<ipc::RecordHeader*>(ring.data.data() + place + length)->commit.store(0);
  const auto kind = static_cast<ipc::Kind>(2 + upto(static_cast<std::uint64_t>(ipc::last_kind_on_wire) - 2));
  record.commit.store(ipc::Commit{.length = static_cast<std::uint32_t>(length), .kind = kind}.pack());
  ring.header.tail_hint.store(tail + length);
}

}  // namespace ninelives::storm
