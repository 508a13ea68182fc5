// The shared memory of a node, word by word: what lies where, and who alone may write it. Everything else in
// ipc/ is code over these structures. All of them live in files of the node's directory (node_files.hpp) and
// start as zeros.
//
// Truth has one writer per word, so that a death leaves nothing to repair. Only the bell has many writers,
// and it holds nothing but hints.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include <ninelives/ipc/pid.hpp>

#include "ipc/atomic.hpp"
#include "ipc/shared_text.hpp"

namespace ninelives::ipc {

inline constexpr std::size_t page_bytes = 4096;
inline constexpr std::size_t line_bytes = 64;
inline constexpr Slot slots_max = 16384;
inline constexpr Slot root_slot = 0;
inline constexpr std::size_t words_of_slots = slots_max / 64;
inline constexpr std::uint64_t magic = 0x3973'6576'696c'656eU;  // "nelives9", read as little-endian bytes
inline constexpr std::uint32_t layout_version = 4;

using Word = Atomic<std::uint64_t>;
static_assert(Word::is_always_lock_free && Atomic<std::uint32_t>::is_always_lock_free,
              "a lock inside shared memory would not survive the death of its holder");

// ---- table: written by supervisors, read by everybody
// -------------------------------------------------------------

enum class RowState : std::uint8_t { free, starting, running, stopping, restarting, stopped, gone };

// The one word that says who is alive. A death is one store: dead *is* restarting, stopped or gone.
struct RowWord {
  Incarnation incarnation = 0;
  RowState state = RowState::free;

  static RowWord unpack(std::uint64_t bits) { return {bits >> 8, static_cast<RowState>(bits & 0xff)}; }
  std::uint64_t pack() const { return incarnation << 8 | static_cast<std::uint64_t>(state); }

  bool is_alive() const {
    return state == RowState::starting || state == RowState::running || state == RowState::stopping;
  }
  // Is that life over, as far as this row can tell? Lives are counted, so an older one always is.
  bool is_over(Incarnation life) const { return incarnation > life || (incarnation == life && !is_alive()); }
};

inline constexpr std::size_t name_bytes = 64;        // with the terminating zero
inline constexpr std::size_t past_text_bytes = 104;  // with the terminating zero

// How an earlier life ended. `incarnation` is stored last and cleared first: a reader that finds the same one
// before and after it copied the rest has copied a whole.
struct PastLife {
  Word incarnation;
  Atomic<std::uint8_t> kind;
  Atomic<std::uint8_t> core;
  Atomic<std::int32_t> number;
  SharedText<past_text_bytes> text;
};

inline constexpr std::size_t past_lives = 4;

enum class RowType : std::uint32_t { none, supervisor, worker, program, guest };

struct alignas(line_bytes) Row {
  Word state;      // RowWord; everything below is written before it
  Word owner_inc;  // first incarnation of the present child spec: older Pids of this slot are somebody else's
  Word accept_from;  // messages for an older incarnation are void: nobody executes what its caller was told
                     // is down
  Atomic<std::uint32_t> os_pid;
  Atomic<RowType> type;
  Atomic<std::uint32_t> supervisor;  // slot of the parent
  Atomic<std::uint32_t> keeps_mailbox;
  Atomic<std::uint32_t> partitions;       // of a supervisor that has them; else 0
  Word started_ns;                        // CLOCK_MONOTONIC of the present life's launch
  Word restarts;                          // of this child spec
  SharedText<name_bytes> name;            // its path
  SharedText<name_bytes> registered;      // the name of its spec; empty: it has none
  std::array<PastLife, past_lives> past;  // at [incarnation % past_lives]
};

// Each row has two names at most. Open addressing stays short.
inline constexpr std::size_t name_places = 65536;
// An entry that was taken out, which a search goes past.
inline constexpr std::uint32_t no_longer_a_name = 0xffff'ffff;
static_assert(name_places >= 4 * slots_max && slots_max < no_longer_a_name);

struct TableHeader {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t slots;
  std::array<char, name_bytes> node;
  Atomic<std::uint32_t> rows;  // rows [0, rows) have memory behind them; nobody touches the others
  alignas(page_bytes)
      std::array<Atomic<std::uint32_t>, name_places> names;  // slot + 1; 0: nothing, here or further on
};

struct Table {
  TableHeader header;
  std::array<Row, slots_max> row;
};

// ---- box.<slot>.<owner_inc>: how one slot is reached
// --------------------------------------------------------------

enum Wakefulness : std::uint32_t { asleep = 0, awake = 1 };
enum Parking : std::uint32_t { not_parked = 0, parked = 1 };

// Written by anybody who has business with the owner, a vandal included: hints, never the truth.
struct Bell {
  alignas(line_bytes) Atomic<std::uint32_t> futex_word;  // Wakefulness: the owner waits on this very word
  Atomic<std::uint32_t> fd_word;                         // Parking: the owner waits on its door
  alignas(line_bytes) std::array<Word, words_of_slots / 64> summary;
  alignas(line_bytes) std::array<Word, words_of_slots> leaves;
  alignas(page_bytes) std::array<Word, words_of_slots> watchers;  // who wants to hear of the owner's death
};

// Which of a server's functions runs.
enum class Callback : std::uint8_t {
  none,
  init,
  handle_call,
  handle_cast,
  handle_info,
  handle_continue,
  terminate,
  system,  // no function of its own: the answer to a call about the server itself
};

// What the owner is doing just now: activity.hpp reads and writes it.
struct alignas(line_bytes) ActivityWords {
  Word doing;     // the callback and, in the lower half, the wire id of its message
  Word since_ns;  // CLOCK_MONOTONIC of its beginning; written before `doing`
  Word messages_in;
  Word messages_out;
  Atomic<std::uint32_t> suspended;
};

inline constexpr std::size_t words_bytes = 1024;  // with the terminating zero

// Written by the owner alone, read by its supervisor and by whoever looks.
struct Status {
  Word started;       // the incarnation that attached last: a worker that execs itself is found out by it
  Word bad_messages;  // casts that could not be decoded: nobody waits for an answer that could say so
  Word closed_rings;  // rings that made no sense: crashed or hostile senders
  // The reason of the end, as the worker itself gives it; `end_incarnation` is stored last.
  Word end_incarnation;
  std::uint8_t end_kind;
  std::uint8_t end_core;
  std::int32_t end_number;
  std::array<char, 512> end_text;
  alignas(line_bytes) std::array<Word, words_of_slots> out;  // slots that the owner has ever made a ring to
  ActivityWords activity;
  SharedText<words_bytes> words;  // wire names of the owner's messages, with blanks between them
};

// How far the owner has taken the messages of one sender. A line of its own: senders look at theirs while the
// owner moves another's.
struct alignas(line_bytes) Entry {
  Word ring_id;    // which ring; while it is another one, the cursor counts as 0
  Word cursor;     // position of the next record to take; `cursor_closed`: the owner refuses this ring
  Word start_inc;  // the life that takes now ...
  Word start_pos;  // ... and where it began to take; written before start_inc
  Word released;  // payloads in the arena are let go of, up to this record: the cursor, but while one is read
};
inline constexpr std::uint64_t cursor_closed = ~std::uint64_t{0};
inline constexpr std::size_t entries_per_page = page_bytes / sizeof(Entry);

struct Box {
  alignas(page_bytes) Bell bell;
  alignas(page_bytes) Status status;
  alignas(page_bytes)
      std::array<Entry, slots_max> entries;  // sparse: a sender allocates the page of its own entry
};
inline constexpr std::size_t bell_offset = offsetof(Box, bell);
inline constexpr std::size_t status_offset = offsetof(Box, status);
inline constexpr std::size_t entries_offset = offsetof(Box, entries);
static_assert(sizeof(Bell) == 2 * page_bytes && sizeof(Status) <= page_bytes &&
              entries_offset == 3 * page_bytes && sizeof(Entry) == line_bytes);

// ---- in.<slot>.<owner_inc>/<from>.<owner_inc>: the ring from one slot to another, written by the sender
// alone --------

enum class Kind : std::uint8_t {
  none,
  pad,      // the rest of the ring is skipped
  call,     // wants a reply with its ref
  cast,     // wants none
  info,     // out of band: handle_info
  reply,    // answers a ref
  refusal,  // answers a ref: the server cannot make sense of the call; the payload says why
  ready,    // worker to supervisor: init has returned
  stop,     // supervisor to worker: end in order
  system,   // a call that is about the server itself: sys
  link,     // from now on the end of either is told to the other
  unlink,   // no longer; answered by
  unlink_ack,
  exit,     // exit(Pid, Reason): the payload is the reason
  forward,  // a reply by somebody else than the server that was called, which passes it on: a Forward
  down,     // never on the wire: what a monitor hears, made from the row
};
inline constexpr Kind last_kind_on_wire = Kind::forward;

// Only what a server is there for may wait for its next life. All else is about one life, and void for any
// other.
constexpr bool may_be_for_next_life(Kind kind) {
  return kind == Kind::call || kind == Kind::cast || kind == Kind::info;
}

// Whoever is linked or told to exit may end by that, so a signal says in its record's `message` once more
// what it is: the bytes that a stray pointer has left in a ring are none.
constexpr bool is_signal(Kind kind) {
  switch (kind) {
    case Kind::ready:
    case Kind::stop:
    case Kind::link:
    case Kind::unlink:
    case Kind::unlink_ack:
    case Kind::exit:
    case Kind::forward:
      return true;
    default:
      return false;
  }
}
constexpr std::uint32_t signal_id(Kind kind) { return 0x6e6c5300 + static_cast<std::uint32_t>(kind); }

constexpr bool is_reply(Kind kind) { return kind == Kind::reply || kind == Kind::refusal; }

// One store of `commit` makes a record exist: nothing of it is visible before.
struct RecordHeader {
  Word commit;  // 0: not there yet; else Commit
  Incarnation src_inc;
  Incarnation dest_inc;
  std::uint64_t ref;
  std::uint32_t message;  // wire id of the message's type; of a signal: signal_id
  std::uint32_t bytes;    // of the payload, which follows the header
};
static_assert(sizeof(RecordHeader) == 40);

struct Commit {
  std::uint32_t length = 0;  // of the whole record, a multiple of line_bytes
  Kind kind = Kind::none;
  bool in_arena = false;      // the payload says where the real one lies: arena.hpp
  bool for_one_life = false;  // void for the next life, whatever its kind

  static Commit unpack(std::uint64_t bits) {
    return {static_cast<std::uint32_t>(bits), static_cast<Kind>(bits >> 32 & 0xff), (bits >> 40 & 1) != 0,
            (bits >> 41 & 1) != 0};
  }
  std::uint64_t pack() const {
    return static_cast<std::uint64_t>(for_one_life) << 41 | static_cast<std::uint64_t>(in_arena) << 40 |
           static_cast<std::uint64_t>(kind) << 32 | length;
  }
};

inline constexpr std::size_t ring_capacity = 64 * 1024;  // a power of two

struct RingHeader {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t capacity;
  Slot from, to;
  Incarnation from_owner, to_owner;
  std::uint64_t ring_id;               // the incarnation of `from` that made the ring
  alignas(line_bytes) Word tail_hint;  // the writer's own note for its next life: where to look for its tail
  alignas(line_bytes) Atomic<std::uint32_t> want_room;
};

struct Ring {
  alignas(page_bytes) RingHeader header;
  alignas(page_bytes) std::array<std::byte, ring_capacity> data;
};
static_assert(sizeof(Ring) == page_bytes + ring_capacity && ring_capacity / page_bytes <= 32);

inline constexpr std::size_t round_up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}
// Records begin on lines of the cache: a small one is a single line that its reader has to wait for.
inline constexpr std::size_t record_bytes(std::size_t payload) {
  return round_up(sizeof(RecordHeader) + payload, line_bytes);
}
// A larger payload would let one record block the ring for too long: it goes into the arena.
inline constexpr std::size_t inline_max = ring_capacity / 4 - sizeof(RecordHeader);
inline constexpr std::size_t payload_max = 32 * 1024 * 1024;
// What may wait there from one sender to one receiver.
inline constexpr std::size_t arena_bytes = 2 * payload_max;

}  // namespace ninelives::ipc
