// What a caller concludes from words that others are writing meanwhile: judge() beside a server's next life,
// a receiver that adopts a ring, and a supervisor that voids what was sent.
#include "ipc/judge.hpp"
#include "tests/relacy/checks.hpp"
#include "tests/relacy/mailbox.hpp"

namespace ninelives::test::relacy {
namespace {

using Fate = ipc::Judgement::Fate;

void name_row(Words& words, Incarnation life, ipc::RowState state) {
  words.name(&memory.row.state, Role::row_state, ipc::RowWord{life, state}.pack());
  words.name(&memory.row.owner_inc, Role::owner_inc, 1);
  words.name(&memory.row.accept_from, Role::accept_from, 1);
}

ipc::Judgement judge(const ipc::Request& request) { return ipc::judge(request, memory.row, memory.entry); }

// The first life has taken one request and is over; the second takes the next one. The first request is down,
// the second is in the hands of one that lives.
struct NextLife : rl::test_suite<NextLife, 3>, Mailbox {
  static constexpr std::uint64_t second = ipc::record_bytes(0);
  static constexpr Incarnation next_life = 2;

  void before() {
    name_ring(0);
    name_commit(0);
    name_commit(second);
    name_commit(2 * second);
    words().name(&memory.entry.start_pos, Role::start_pos, 0);
    name_row(words(), next_life, ipc::RowState::running);
    open();
    RL_ASSERT(writer->append({.kind = ipc::Kind::call}, {}, 0));
    RL_ASSERT(writer->append({.kind = ipc::Kind::call}, {}, 0));
    reader->take(*reader->front());
    reader.emplace(ipc::Mapping(&memory.ring), memory.entry, next_life);
  }

  void thread(unsigned index) {
    const ipc::Request request{.owner_inc = 1, .dest_inc = 1, .ring_id = sender_life};
    ipc::Request next = request;
    next.position = second;
    if (index == 0) reader->take(*reader->front());
    if (index == 1) RL_ASSERT(judge(request).fate == Fate::down);
    if (index == 2) RL_ASSERT(judge(next).fate == Fate::undecided);
  }
};

// With drop the second life passes over what was sent to the first: down is what the first has taken, dropped
// what it has not.
struct PassedOver : NextLife {
  void before() {
    NextLife::before();
    memory.row.accept_from.store(next_life, std::memory_order::relaxed);
  }

  void thread(unsigned index) {
    ipc::Request request{.owner_inc = 1, .dest_inc = 1, .ring_id = sender_life};
    if (index == 0) reader->take(*reader->front());
    if (index == 1) RL_ASSERT(judge(request).fate == Fate::down);
    request.position = second;
    if (index == 2) RL_ASSERT(judge(request).fate == Fate::dropped);
  }
};

// The receiver has not seen the new ring yet, while its words about the former one are still there: nobody
// has taken anything of the new one.
struct Adoption : rl::test_suite<Adoption, 2>, Mailbox {
  static constexpr Incarnation former_ring = 1;
  static constexpr Incarnation new_ring = 3;

  void before() {
    name_ring(0);
    name_commit(0);
    words().name(&memory.entry.start_pos, Role::start_pos, 800);
    memory.entry.ring_id.store(former_ring, std::memory_order::relaxed);
    memory.entry.cursor.store(8000, std::memory_order::relaxed);
    memory.ring.header.ring_id = new_ring;
    name_row(words(), 2, ipc::RowState::restarting);
  }

  void thread(unsigned index) {
    if (index == 0) {
      reader.emplace(ipc::Mapping(&memory.ring), memory.entry, receiver_life);
      return;
    }
    const ipc::Request request{.owner_inc = 1, .dest_inc = 1, .ring_id = new_ring};
    RL_ASSERT(judge(request).fate == Fate::undecided);
    // Endpoint::look_at_cursor.
    if (memory.entry.ring_id.load(std::memory_order::acquire) != new_ring) return;
    RL_ASSERT(memory.entry.cursor.load(std::memory_order::seq_cst) == 0);
  }
};

// A restart that was given up, and a later start, or another owner: whoever sees that finds his request void.
template <bool other_owner>
struct Void : rl::test_suite<Void<other_owner>, 2>, Mailbox {
  void before() {
    name_ring(0);
    name_commit(0);
    words().name(&memory.entry.start_pos, Role::start_pos, 0);
    name_row(words(), 1, ipc::RowState::running);
  }

  void thread(unsigned index) {
    if (index == 0) {
      if (other_owner) {
        allot();
      } else {
        give_up();
      }
      set_state(2, ipc::RowState::starting);
      return;
    }
    // A look that orders nothing: what judge() sees is not older than that.
    const auto word = ipc::RowWord::unpack(memory.row.state.load(std::memory_order::relaxed));
    const Fate fate = judge({.owner_inc = 1, .dest_inc = 1, .ring_id = sender_life}).fate;
    if (word.is_over(1)) RL_ASSERT(fate == Fate::dropped);  // nobody has taken it
  }

 private:
  // TableWriter::set_state.
  static void set_state(Incarnation life, ipc::RowState state) {
    memory.row.state.store(ipc::RowWord{life, state}.pack(), std::memory_order::seq_cst);
  }
  // TableWriter::set_accept_from, before the state that ends the life.
  static void give_up() {
    memory.row.accept_from.store(2, std::memory_order::release);
    set_state(1, ipc::RowState::stopped);
  }
  // TableWriter::allot.
  static void allot() {
    memory.row.accept_from.store(2, std::memory_order::relaxed);
    memory.row.owner_inc.store(2, std::memory_order::release);
    set_state(1, ipc::RowState::stopped);
  }
};

}  // namespace

std::vector<Check> call_checks() {
  using Order = std::memory_order;
  return {{"next life",
           &rl::simulate<NextLife>,
           {{{Role::cursor, Op::store, Order::release}, Order::relaxed},
            {{Role::cursor, Op::load, Order::acquire}, Order::relaxed},
            {{Role::start_inc, Op::store, Order::release}, Order::relaxed},
            {{Role::start_inc, Op::load, Order::acquire}, Order::relaxed}}},
          {"passed over",
           &rl::simulate<PassedOver>,
           {{{Role::cursor, Op::store, Order::release}, Order::relaxed},
            {{Role::cursor, Op::load, Order::acquire}, Order::relaxed},
            {{Role::start_inc, Op::store, Order::release}, Order::relaxed},
            {{Role::start_inc, Op::load, Order::acquire}, Order::relaxed}}},
          {"adoption",
           &rl::simulate<Adoption>,
           {{{Role::entry_ring_id, Op::store, Order::release}, Order::relaxed},
            {{Role::entry_ring_id, Op::load, Order::acquire}, Order::relaxed}}},
          {"void",
           &rl::simulate<Void<false>>,
           {{{Role::row_state, Op::store, Order::seq_cst}, Order::relaxed},
            {{Role::row_state, Op::load, Order::seq_cst}, Order::relaxed}}},
          {"other owner",
           &rl::simulate<Void<true>>,
           {{{Role::row_state, Op::store, Order::seq_cst}, Order::relaxed},
            {{Role::row_state, Op::load, Order::seq_cst}, Order::relaxed}}}};
}

}  // namespace ninelives::test::relacy
