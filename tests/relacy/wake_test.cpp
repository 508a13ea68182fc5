// The bell: a message that is committed is taken, however its receiver sleeps, and although its sender leaves
// bits alone that are set. A message that is stranded is a deadlock here.
#include "tests/relacy/checks.hpp"
#include "tests/relacy/mailbox.hpp"

namespace ninelives::test::relacy {
namespace {

template <bool on_door>
struct Wake : rl::test_suite<Wake<on_door>, 2>, Mailbox {
  static constexpr std::uint32_t most_messages = 2;

  void before() {
    messages = 1 + rl::rand(most_messages);
    name_ring(0);
    for (std::uint32_t i = 0; i <= most_messages; ++i) {
      name_commit(i * ipc::record_bytes(0), i == 0 ? 0 : stale_record());
    }
    name_bell(memory.receivers_bell, sender, rl::rand(2) != 0);
    if (on_door) name_door(memory.receivers_bell);
    open();
  }

  void thread(unsigned index) {
    if (index == 0) {
      send_all();
    } else {
      receive_all();
    }
  }

 private:
  void send_all() {
    for (std::uint32_t message = 0; message < messages; ++message) {
      RL_ASSERT(writer->append({.kind = ipc::Kind::cast}, {}, 0));
      ring_for_message();
    }
  }

  void receive_all() {
    if (rl::rand(2) != 0) {
      ipc::clear_leaves(bell);  // Endpoint::look_everywhere
      take();
    }
    while (taken < messages) {
      if (!look()) sleep_for();
      if (ready.contains(sender)) take();
      ready.clear();
    }
  }

  // A turn of the sender's; and perhaps one of somebody's who has sent nothing after all.
  void take() {
    while (const auto record = reader->front()) {
      reader->take(*record);
      ++taken;
    }
    current = rl::rand(2) != 0 ? sender : somebody;
  }

  // Endpoint::next, when a turn has ended; and Endpoint::wait, before it sleeps: true if there may be
  // something.
  bool look() {
    if (current == sender) take();
    ipc::collect_but(bell, ready, current);
    return !ready.empty() || has_front() || ipc::anything_rung_but(bell, current);
  }

  // Endpoint::sleep_for.
  void sleep_for() {
    ipc::collect(bell, ready);
    if (has_front() || !ready.empty()) return;
    sleep(bell, on_door);
    ipc::collect(bell, ready);
  }

  // Of the ring that is polled.
  bool has_front() const { return current == sender && reader->has_front(); }

  static constexpr Slot somebody = 5;
  ipc::Bell& bell = memory.receivers_bell;
  Slot current = rl::rand(2) != 0 ? sender : somebody;
  std::uint32_t messages = 0;
  std::uint32_t taken = 0;
};

}  // namespace

std::vector<Check> wake_checks() {
  using Order = std::memory_order;
  // What a sender does || what the owner does before it sleeps.
  std::vector<Weakening> bits = {{{Role::commit, Op::store, Order::seq_cst}, Order::release},
                                 {{Role::commit, Op::load, Order::seq_cst}, Order::acquire},
                                 {{Role::leaf, Op::load, Order::seq_cst}, Order::acquire},
                                 {{Role::leaf, Op::exchange, Order::seq_cst}, Order::acq_rel},
                                 {{Role::leaf, Op::fetch_and, Order::seq_cst}, Order::acq_rel},
                                 {{Role::leaf, Op::store, Order::seq_cst}, Order::release},
                                 {{Role::summary, Op::fetch_or, Order::seq_cst}, Order::acq_rel},
                                 {{Role::summary, Op::load, Order::seq_cst}, Order::acquire}};
  std::vector<Weakening> futex = bits;
  futex.push_back({{Role::futex_word, Op::load, Order::seq_cst}, Order::acquire});
  futex.push_back({{Role::futex_word, Op::store, Order::seq_cst}, Order::release});
  std::vector<Weakening> door = std::move(bits);
  door.push_back({{Role::fd_word, Op::load, Order::seq_cst}, Order::acquire});
  door.push_back({{Role::fd_word, Op::store, Order::seq_cst}, Order::release});
  return {{"wake", &rl::simulate<Wake<false>>, std::move(futex)},
          {"door", &rl::simulate<Wake<true>>, std::move(door)}};
}

}  // namespace ninelives::test::relacy
