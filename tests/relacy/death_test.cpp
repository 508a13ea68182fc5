// A death: the supervisor stores the row first and looks at the watchers bits afterwards; a watcher sets its
// bit first and looks at the row afterwards. One of them sees the other.
#include "tests/relacy/checks.hpp"
#include "tests/relacy/mailbox.hpp"

namespace ninelives::test::relacy {
namespace {

constexpr Slot dead = 1;
constexpr Slot watcher = 2;

struct Death : rl::test_suite<Death, 2>, Mailbox {
  void before() {
    words().name(&memory.row.state, Role::row_state, ipc::RowWord{1, ipc::RowState::running}.pack());
    words().name(&memory.receivers_bell.watchers[0], Role::watchers);
    name_bell(memory.senders_bell, dead);
  }

  void thread(unsigned index) {
    if (index == 0) {
      end();
      give_notice();
    } else {
      watch();
    }
  }

 private:
  // TableWriter::set_state.
  static void end() {
    memory.row.state.store(ipc::RowWord{1, ipc::RowState::gone}.pack(), std::memory_order::seq_cst);
  }

  // give_notice(), of one watcher.
  void give_notice() {
    const std::uint64_t watchers = memory.receivers_bell.watchers[0].load(std::memory_order::seq_cst);
    if ((watchers & bit_of(watcher)) != 0) ring_always(memory.senders_bell, dead);
  }

  // TableView::state.
  static bool is_over() {
    return ipc::RowWord::unpack(memory.row.state.load(std::memory_order::seq_cst)).is_over(1);
  }

  // Endpoint::monitor, and what it does until it can tell of the end.
  void watch() {
    ipc::watch(memory.receivers_bell, watcher);
    while (!is_over()) {
      ready.clear();
      ipc::collect(memory.senders_bell, ready);
      if (!ready.empty()) continue;
      sleep(memory.senders_bell, false);
    }
  }
};

}  // namespace

std::vector<Check> death_checks() {
  using Order = std::memory_order;
  return {{"death",
           &rl::simulate<Death>,
           {{{Role::row_state, Op::store, Order::seq_cst}, Order::release},
            {{Role::watchers, Op::load, Order::seq_cst}, Order::acquire},
            {{Role::watchers, Op::fetch_or, Order::seq_cst}, Order::acq_rel},
            {{Role::row_state, Op::load, Order::seq_cst}, Order::acquire}}}};
}

}  // namespace ninelives::test::relacy
