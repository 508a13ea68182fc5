// The arena beside a ring: where payloads lie that are too large for it. One life of the sender makes it and
// writes it; the receiver reads it in place. Its memory is used again and again: what was touched before
// costs a copy and nothing else, where a file for each payload costs ten times as much (docs/decisions/).
//
// A payload is whole before the record is committed that says where it lies. It stays what it is until the
// receiver has let it go (Entry::released). An arena without records is nobody's: the sender's next life
// removes those of its former ones when the receiver has taken all that they have sent. What it looks at then
// needs no name any more.
#pragma once
#include <deque>
#include <expected>
#include <optional>
#include <string_view>

#include "ipc/node_files.hpp"
#include "ipc/ring_writer.hpp"

namespace ninelives::ipc {

// Whose arena: that of one life of the ring's sender.
struct ArenaName {
  Owner from;
  Incarnation life = 0;
};

// What the record of such a payload holds instead of it.
struct ArenaPart {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// The sender's end. Belongs to one thread of that life.
class ArenaWriter {
 public:
  static Result<ArenaWriter> make(const NodeFiles& files, const ArenaName& name, const Owner& to);

  // A free part with memory behind it, for the next record. It is taken when commit() says so.
  std::expected<ArenaPart, RingWriter::Refusal> find_room(std::size_t bytes);
  std::byte* at(const ArenaPart& part) const { return mapping_.as<std::byte>(part.offset); }
  void commit(const ArenaPart& part, std::uint64_t position);
  // The receiver has let go of the payloads of all records before `position`.
  void released(std::uint64_t position);

 private:
  struct Taken {
    std::uint64_t position;  // of the record
    std::uint64_t begin, end;
  };

  explicit ArenaWriter(Mapping mapping) : mapping_(std::move(mapping)) {}
  std::optional<std::uint64_t> place_for(std::uint64_t bytes) const;
  void give_back_memory();

  Mapping mapping_;
  std::uint64_t populated_ = 0;  // [0, populated_) has memory
  std::deque<Taken> taken_;      // in the order of their records
};

// The receiver's end.
class ArenaReader {
 public:
  static Result<ArenaReader> open(const NodeFiles& files, const ArenaName& name, const Owner& to);

  Incarnation life() const { return life_; }
  // The payload, still the sender's memory; nullopt if there is no such part, or no memory behind it.
  std::optional<std::string_view> at(const ArenaPart& part);

 private:
  ArenaReader(Incarnation life, Mapping mapping) : life_(life), mapping_(std::move(mapping)) {}

  Incarnation life_;
  Mapping mapping_;
  std::uint64_t readable_ = 0;  // [0, readable_) was found to have memory, which its sender keeps there
};

// Removes the arenas beside the ring from -> to, of all lives but `kept`; 0 keeps none.
void remove_arenas(const NodeFiles& files, const Owner& from, const Owner& to, Incarnation kept);

}  // namespace ninelives::ipc
