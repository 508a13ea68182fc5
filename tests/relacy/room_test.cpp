// Room: a full ring's sender asks to be rung when there is some, and sleeps; and what it writes then meets
// nothing that is still read.
#include "tests/relacy/checks.hpp"
#include "tests/relacy/mailbox.hpp"

namespace ninelives::test::relacy {
namespace {

constexpr std::uint64_t quarter = ipc::ring_capacity / 4;
constexpr std::uint32_t filled = 3;  // a fourth record has no room for the zero word behind it

std::string_view text() {
  static const std::array<char, ipc::inline_max> bytes{};
  return {bytes.data(), bytes.size()};
}

struct FullRing : Mailbox {
  void fill() {
    name_ring(0);
    for (std::uint32_t i = 0; i < 4; ++i) name_commit(i * quarter);
    open();
    for (std::uint32_t i = 0; i < filled; ++i) {
      payload[i]($) = i;
      RL_ASSERT(writer->append({.kind = ipc::Kind::cast}, text(), 0));
    }
  }

  bool has_room() const { return writer->has_room(ipc::inline_max, seen_cursor); }

  void append(std::uint32_t message) {
    payload[writer->tail() / quarter % 4]($) = message;
    RL_ASSERT(writer->append({.kind = ipc::Kind::cast}, text(), seen_cursor));
  }

  void take(std::uint32_t message) {
    const auto record = reader->front();
    RL_ASSERT(record);
    RL_ASSERT(payload[message]($) == message);
    reader->take(*record);
  }

  // Endpoint::look_at_cursor.
  void look_at_cursor() {
    if (memory.entry.ring_id.load(std::memory_order::acquire) != writer->ring_id()) return;
    seen_cursor = memory.entry.cursor.load(std::memory_order::seq_cst);
  }

  std::uint64_t seen_cursor = 0;
  std::array<Payload, 4> payload;
};

// One record is taken, while the sender waits for its room.
struct Room : rl::test_suite<Room, 2>, FullRing {
  void before() {
    fill();
    name_bell(memory.senders_bell, receiver);
  }

  void thread(unsigned index) {
    if (index == 0) {
      send();
    } else {
      take(0);
      offer_room();
    }
  }

 private:
  // Endpoint::append_or_wait.
  void send() {
    for (;;) {
      look_at_cursor();
      if (has_room()) break;
      if (writer->wants_room()) {
        sleep_for();
      } else {
        writer->want_room(true);
      }
    }
    append(filled);
    writer->want_room(false);
  }

  bool moved_on() const {
    return memory.entry.ring_id.load(std::memory_order::acquire) == writer->ring_id() &&
           memory.entry.cursor.load(std::memory_order::seq_cst) != seen_cursor;
  }

  // Endpoint::sleep_for, interested in the receiver.
  void sleep_for() {
    ready.erase(receiver);
    ipc::collect(memory.senders_bell, ready);
    if (moved_on() || ready.contains(receiver)) return;
    sleep(memory.senders_bell, false);
    ipc::collect(memory.senders_bell, ready);
  }

  // Endpoint::offer_room, after each turn.
  void offer_room() {
    reader->publish_cursor();
    if (reader->room_wanted()) ring_always(memory.senders_bell, receiver);
  }
};

// The ring is emptied; the sender, which goes on trying, writes where the receiver has read.
struct Reuse : rl::test_suite<Reuse, 2>, FullRing {
  void before() { fill(); }

  void thread(unsigned index) {
    if (index != 0) {
      for (std::uint32_t message = 0; message < filled; ++message) take(message);
      return;
    }
    for (std::uint32_t message = filled; message < filled + 2;) {
      look_at_cursor();
      if (has_room()) {
        append(message++);
      } else {
        rl::yield(1, $);
      }
    }
  }
};

}  // namespace

std::vector<Check> room_checks() {
  using Order = std::memory_order;
  return {{"room",
           &rl::simulate<Room>,
           {{{Role::want_room, Op::store, Order::seq_cst}, Order::release},
            {{Role::cursor, Op::load, Order::seq_cst}, Order::acquire},
            {{Role::cursor, Op::store, Order::seq_cst}, Order::release},
            {{Role::want_room, Op::load, Order::seq_cst}, Order::acquire}}},
          {"reuse",
           &rl::simulate<Reuse>,
           {{{Role::cursor, Op::store, Order::release}, Order::relaxed},
            {{Role::cursor, Op::load, Order::seq_cst}, Order::relaxed}}}};
}

}  // namespace ninelives::test::relacy
