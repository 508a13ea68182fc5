// Where a ring ends: the position behind its last record. For the sender's next life, and for a supervisor
// that wants to know whether all of a dead sender's messages have been taken.
#pragma once
#include "ipc/layout.hpp"
#include "ipc/mapping.hpp"

namespace ninelives::ipc {

// The hint is stored after each commit and before any store of the next record, so that at most one record
// and its padding lie beyond it; what a killed life wrote further on was never committed. Nothing here trusts
// that life: it may have scribbled over its own ring.
inline std::uint64_t find_tail(const Ring& ring) {
  constexpr int most_beyond_hint = 2;
  std::uint64_t position = ring.header.tail_hint.load(std::memory_order::acquire) / line_bytes * line_bytes;
  for (int step = 0; step < most_beyond_hint; ++step) {
    const std::size_t offset = position % ring_capacity;
    const std::byte* place = ring.data.data() + offset;
    const bool in_first_page = offset < page_bytes;  // which every ring has memory for
    if (!in_first_page && !make_readable(place, sizeof(Word))) break;
    const auto& record = *reinterpret_cast<const RecordHeader*>(place);
    const Commit commit = Commit::unpack(record.commit.load(std::memory_order::acquire));
    if (commit.length == 0 || commit.length % line_bytes != 0) break;
    position += commit.length;
  }
  return position;
}

}  // namespace ninelives::ipc
