// The ring: one sender appends, one receiver polls; and somebody who looks for its end meanwhile.
#include "ipc/ring_tail.hpp"
#include "tests/relacy/checks.hpp"
#include "tests/relacy/mailbox.hpp"

namespace ninelives::test::relacy {
namespace {

constexpr std::uint64_t record_bytes = ipc::record_bytes(0);

// Three records, of which the third does not fit before the end: padding, and the record at the beginning.
struct Ring : rl::test_suite<Ring, 2>, Mailbox {
  static constexpr std::string_view longer = "a payload that makes the record two lines long";
  static constexpr std::uint64_t left = 3 * record_bytes;
  static constexpr std::uint64_t start = ipc::ring_capacity - left;
  static constexpr std::uint32_t messages = 3;

  void before() {
    name_ring(start);
    name_commit(start);
    name_commit(start + record_bytes, stale_record());
    name_commit(start + 2 * record_bytes, stale_record());
    name_commit(ipc::ring_capacity, stale_record());
    name_commit(ipc::ring_capacity + ipc::record_bytes(longer.size()), stale_record());
    open();
  }

  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint32_t message = 0; message < messages; ++message) {
        payload[message]($) = message + 1;
        const std::string_view text = message + 1 == messages ? longer : std::string_view();
        RL_ASSERT(writer->append({.kind = ipc::Kind::cast}, text, start));
      }
      return;
    }
    for (std::uint32_t message = 0; message < messages;) {
      if (!reader->has_front()) {
        RL_ASSERT(!reader->closed());
        rl::yield(1, $);
        continue;
      }
      const auto record = reader->front();
      RL_ASSERT(record && record->kind == ipc::Kind::cast);
      RL_ASSERT(payload[message]($) == message + 1);
      reader->take(*record);
      ++message;
    }
  }

  std::array<Payload, messages> payload;
};

// A supervisor that wants to know where the ring ends, while the sender is alive: it must find the end of
// some record, and not walk over what a former round has left.
struct Tail : rl::test_suite<Tail, 2>, Mailbox {
  void before() {
    name_ring(0);
    name_commit(0);
    name_commit(record_bytes, stale_record());
    name_commit(2 * record_bytes, stale_record());
    open();
  }

  void thread(unsigned index) {
    if (index == 0) {
      RL_ASSERT(writer->append({.kind = ipc::Kind::cast}, {}, 0));
      RL_ASSERT(writer->append({.kind = ipc::Kind::cast}, {}, 0));
      return;
    }
    const std::uint64_t tail = ipc::find_tail(memory.ring);
    RL_ASSERT(tail == 0 || tail == record_bytes || tail == 2 * record_bytes);
  }
};

// What lies in the arena is written over when the receiver has let go of it, and not when it has taken the
// record. The arena's bytes are the payload here.
struct Lent : rl::test_suite<Lent, 2>, Mailbox {
  void before() {
    name_ring(0);
    name_commit(0);
    name_commit(record_bytes);
    open();
  }

  void thread(unsigned index) {
    if (index == 0) {
      arena($) = 1;
      RL_ASSERT(writer->append({.kind = ipc::Kind::cast}, {}, 0));
      while (memory.entry.released.load(std::memory_order::seq_cst) == 0) rl::yield(1, $);
      arena($) = 2;
      return;
    }
    while (!reader->has_front()) rl::yield(1, $);
    reader->take(*reader->front());
    RL_ASSERT(arena($) == 1);
    reader->release();
  }

  Payload arena;
};

}  // namespace

std::vector<Check> ring_checks() {
  using Order = std::memory_order;
  return {{"ring",
           &rl::simulate<Ring>,
           {{{Role::commit, Op::store, Order::seq_cst}, Order::relaxed},
            {{Role::commit, Op::load, Order::seq_cst}, Order::relaxed}}},
          {"tail",
           &rl::simulate<Tail>,
           {{{Role::commit, Op::store, Order::seq_cst}, Order::relaxed},
            {{Role::commit, Op::load, Order::acquire}, Order::relaxed},
            {{Role::tail_hint, Op::store, Order::release}, Order::relaxed},
            {{Role::tail_hint, Op::load, Order::acquire}, Order::relaxed}}},
          {"lent",
           &rl::simulate<Lent>,
           {{{Role::released, Op::store, Order::seq_cst}, Order::relaxed},
            {{Role::released, Op::load, Order::seq_cst}, Order::relaxed}}}};
}

}  // namespace ninelives::test::relacy
