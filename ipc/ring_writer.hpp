// The sending end of a ring: appends records, of which each becomes visible by one store. Belongs to one
// thread of the slot that the ring comes from.
//
// Room for a record is its length and 8 bytes more: the word after it must be zero before it is committed,
// because that is where the reader waits for the next one. A record never wraps; what does not fit before the
// end goes to the beginning, and the rest is padding, committed after the record so that both appear at once.
#pragma once
#include <expected>
#include <optional>

#include <ninelives/ipc/payload.hpp>

#include "ipc/layout.hpp"
#include "ipc/mapping.hpp"

namespace ninelives::ipc {

// What the header of a record says besides its length.
struct RecordFields {
  Kind kind = Kind::none;
  Incarnation src_inc = 0;
  Incarnation dest_inc = 0;
  std::uint64_t ref = 0;
  std::uint32_t message = 0;
  bool in_arena = false;
  bool for_one_life = false;
};

class RingWriter {
 public:
  enum class Refusal { full, no_space };

  // Takes over a ring file that is mapped writable as a whole; finds the tail that an earlier life may have
  // left.
  explicit RingWriter(Mapping ring);

  // Commits one record and returns its position, unless there is no room. `cursor` is how far the reader has
  // taken. The commit is a seq_cst store: with it the sender may skip setting a bit that is still set
  // (bell.hpp).
  std::expected<std::uint64_t, Refusal> append(const RecordFields& fields, const Payload& payload,
                                               std::uint64_t cursor);

  bool has_room(std::size_t payload, std::uint64_t cursor) const;
  // Would a record with that payload leave the page that the tail is in? Then it is worth knowing the
  // reader's cursor: an empty ring goes back to its beginning instead.
  bool enters_new_page(std::size_t payload) const;

  // The reader rings when it has made room. Look at its cursor again after setting it.
  void want_room(bool wanted);
  bool wants_room() const { return header().want_room.load(std::memory_order::relaxed) != 0; }

  std::uint64_t ring_id() const { return header().ring_id; }
  std::uint64_t tail() const { return tail_; }

 private:
  RingHeader& header() const { return *mapping_.as<RingHeader>(); }
  std::byte* data() const { return mapping_.as<Ring>()->data.data(); }
  Word& commit_word(std::uint64_t position) const;
  bool must_wrap(std::size_t length, std::uint64_t cursor) const;
  std::uint64_t position_for(std::size_t length, std::uint64_t cursor) const;
  bool is_free(std::uint64_t end, std::uint64_t cursor) const;
  bool ensure_memory(std::size_t end);
  void zero_ahead(std::uint64_t cursor);
  void write(std::uint64_t position, const RecordFields& fields, const Payload& payload) const;

  Mapping mapping_;
  std::size_t allocated_ = page_bytes;  // of the data: this life has seen to it that so much has memory
  std::uint64_t tail_ =
      0;  // position behind the last record; positions count up for ever, modulo capacity is the place
  std::uint64_t zeroed_ = 0;  // the words where a record could begin are zero, from the tail to this one
};

}  // namespace ninelives::ipc
