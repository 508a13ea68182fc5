#include "ipc/notice.hpp"

#include "ipc/box_view.hpp"

namespace ninelives::ipc {
namespace {

SlotSet concerned(const BoxView& dead) {
  SlotSet slots;
  for (std::size_t word = 0; word < words_of_slots; ++word) {
    slots.insert_word(word, dead.status().out[word].load(std::memory_order::seq_cst) |
                                dead.bell().watchers[word].load(std::memory_order::seq_cst));
  }
  return slots;
}

}  // namespace

void give_notice(const NodeFiles& files, const TableView& table, Slot dead) {
  auto box = BoxView::open(files, {dead, table.owner_inc(dead)});
  if (!box) return;  // a program: nobody can have met it
  SlotSet slots = concerned(*box);
  for (auto slot = slots.next(0); slot; slots.erase(*slot), slot = slots.next(*slot)) {
    if (!table.state(*slot).is_alive()) continue;  // its next life looks at everything by itself
    auto peer = BoxView::open(files, {*slot, table.owner_inc(*slot)});
    if (!peer) continue;
    set_bit(peer->bell(), dead);
    peer->ring(files);
  }
}

}  // namespace ninelives::ipc
