// The mailbox of one receiver with one sender, for scenarios: the mailbox's own code for ring and bell, and
// what Endpoint does with it, step by step. Beside each step stands whose it is.
#pragma once
#include <optional>

#include "ipc/bell.hpp"
#include "ipc/ring_reader.hpp"
#include "ipc/ring_writer.hpp"
#include "tests/relacy/scenario.hpp"

namespace ninelives::test::relacy {

inline constexpr Slot sender = 1;
inline constexpr Slot receiver = 2;
inline constexpr Incarnation sender_life = 1;
inline constexpr Incarnation receiver_life = 1;

inline std::uint64_t bit_of(Slot slot) { return std::uint64_t{1} << slot % 64; }

// What lies in files otherwise. Not cleared between executions: what is shared in it is either named by the
// scenario, or written before it is read.
struct Memory {
  ipc::Ring ring;
  ipc::Entry entry;  // the receiver's, about that ring
  ipc::Bell receivers_bell;
  ipc::Bell senders_bell;
  ipc::Row row;
};
inline Memory memory;

// A record's plain bytes, which relacy does not see. One of its own variables stands for them: it is written
// before the record is and read after it was found, as they are, and relacy says whether the two can meet.
using Payload = rl::var<std::uint32_t>;

inline ipc::Word& commit_at(std::uint64_t position) {
  return reinterpret_cast<ipc::RecordHeader*>(memory.ring.data.data() + position % ipc::ring_capacity)
      ->commit;
}

// A record of a former round, where now the next record is looked for only after it was made zero.
inline std::uint64_t stale_record() { return ipc::Commit{4096, ipc::Kind::cast}.pack(); }

class Mailbox {
 public:
  // All of these from before(); the commit words are the scenario's to name.
  void name_ring(std::uint64_t start) {
    memory.ring.header.ring_id = sender_life;
    words_.name(&memory.ring.header.tail_hint, Role::tail_hint, start);
    words_.name(&memory.ring.header.want_room, Role::want_room);
    words_.name(&memory.entry.ring_id, Role::entry_ring_id, sender_life);
    words_.name(&memory.entry.cursor, Role::cursor, start);
    words_.name(&memory.entry.start_inc, Role::start_inc, receiver_life);
    words_.name(&memory.entry.released, Role::released, start);
  }
  void name_commit(std::uint64_t position, std::uint64_t value = 0) {
    words_.name(&commit_at(position), Role::commit, value);
  }
  // The bell of a sleeper, as far as the slot that rings is concerned.
  void name_bell(const ipc::Bell& bell, Slot from, bool is_rung = false) {
    words_.name(&bell.leaves[from / 64], Role::leaf, is_rung ? bit_of(from) : 0);
    words_.name(&bell.summary[0], Role::summary, is_rung ? 1 : 0);
    words_.name(&bell.futex_word, Role::futex_word, ipc::awake);
  }
  void name_door(const ipc::Bell& bell) {
    words_.name(&bell.fd_word, Role::fd_word, ipc::not_parked);
    door_.store(0, rl::mo_relaxed, $);
  }
  void open() {
    writer.emplace(ipc::Mapping(&memory.ring));
    reader.emplace(ipc::Mapping(&memory.ring), memory.entry, receiver_life);
    ready = {};
  }

  // Steps 4 and 5: Endpoint::ring_for_message.
  void ring_for_message() {
    if (!ipc::bit_is_set(memory.receivers_bell, sender)) ipc::set_bit(memory.receivers_bell, sender);
    ring(memory.receivers_bell);
  }
  // Endpoint::ring_always.
  void ring_always(ipc::Bell& bell, Slot from) {
    ipc::set_bit(bell, from);
    ring(bell);
  }

  // Endpoint::sleep.
  void sleep(ipc::Bell& bell, bool on_door) {
    if (!on_door) {
      static const std::atomic<bool> node_is_down{false};
      ipc::sleep_on(bell, ipc::no_deadline, node_is_down);
    } else if (ipc::park(bell)) {
      kernel_wait(door_, 0);  // poll(2): until there is a knock
      ipc::unpark(bell);
      door_.exchange(0, rl::mo_seq_cst, $);
    }
  }

  std::optional<ipc::RingWriter> writer;
  std::optional<ipc::RingReader> reader;
  ipc::SlotSet ready;  // of the one who sleeps

 private:
  // BoxView::ring.
  void ring(ipc::Bell& bell) {
    if (ipc::wake(bell) == ipc::Woken::still_parked) kernel_store_and_wake(door_, 1);
  }

  Words words_;
  Shadow door_;  // a FIFO, as far as it matters: is there anything in it?

 protected:
  Words& words() { return words_; }
};

}  // namespace ninelives::test::relacy
