#include "ipc/notice.hpp"

namespace ninelives::ipc {
namespace {

void insert_all(const std::array<Word, words_of_slots>& bits, SlotSet& slots) {
  for (std::size_t word = 0; word < words_of_slots; ++word) {
    slots.insert_word(word, bits[word].load(std::memory_order::seq_cst));
  }
}

}  // namespace

SlotSet receivers_of(const BoxView& sender) {
  SlotSet slots;
  insert_all(sender.status().out, slots);
  return slots;
}

BoxView* find_box(const NodeFiles& files, const TableView& table, Boxes& boxes, Slot slot) {
  const Owner owner{slot, table.owner_inc(slot)};
  const auto known = boxes.find(slot);
  if (known != boxes.end() && known->second.owner() == owner) return &known->second;
  auto opened = BoxView::open(files, owner);
  if (!opened) return nullptr;
  return &boxes.insert_or_assign(slot, std::move(*opened)).first->second;
}

void give_notice(const NodeFiles& files, const TableView& table, Boxes& boxes, Slot dead) {
  const BoxView* box = find_box(files, table, boxes, dead);
  if (box == nullptr) return;
  SlotSet concerned = receivers_of(*box);
  insert_all(box->bell().watchers, concerned);
  concerned.erase(table.row(dead).supervisor.load());  // it is the one who tells
  for (auto slot = concerned.next(0); slot; concerned.erase(*slot), slot = concerned.next(*slot)) {
    if (!table.state(*slot).is_alive()) continue;  // its next life looks at everything by itself
    BoxView* peer = find_box(files, table, boxes, *slot);
    if (peer == nullptr) continue;
    set_bit(peer->bell(), dead);
    peer->ring(files);
  }
}

}  // namespace ninelives::ipc
