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

void give_notice(const NodeFiles& files, const TableView& table, Boxes& boxes, Slot dead) {
  const BoxView& box = boxes.at(dead);
  SlotSet concerned = receivers_of(box);
  insert_all(box.bell().watchers, concerned);
  concerned.erase(table.row(dead).supervisor.load());  // it is the one who tells
  for (auto slot = concerned.next(0); slot; concerned.erase(*slot), slot = concerned.next(*slot)) {
    auto peer = boxes.find(*slot);
    if (peer == boxes.end() || !table.state(*slot).is_alive())
      continue;  // its next life looks at everything by itself
    set_bit(peer->second.bell(), dead);
    peer->second.ring(files);
  }
}

}  // namespace ninelives::ipc
