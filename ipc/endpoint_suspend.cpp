// Suspended: what is about the life itself is looked for beyond the messages that have to wait. These stay
// where they are: in memory that the next life finds, in their order, and counted against their senders'
// room.
#include "ipc/endpoint.hpp"

namespace ninelives::ipc {

void Endpoint::set_suspended(bool suspended, bool keeps_exits) {
  keeps_exits_ = keeps_exits;
  if (std::exchange(suspended_, suspended) == suspended) return;
  status().activity.suspended.store(suspended ? 1 : 0, std::memory_order::relaxed);
  // What was looked at in the one way has to be looked at in the other; and of a turn that was begun in the
  // one nobody may say in the other that it has shown the last message.
  turn_left_ = 0;
  seen_over_.clear();
  requests_.for_each([](OpenRequest& open) { open.seen_over = false; });
  for (Slot slot = 0; slot < peers_.size(); ++slot) {
    if (incoming(slot)) ready_.insert(slot);
  }
  for (const auto& [slot, monitors] : monitors_) ready_.insert(slot);
}

// The cursor moves over signals only; beyond the first message that waits, this life remembers how far it has
// taken them. The next one need not know: they are void for it.
bool Endpoint::take_signal_from(Slot slot) {
  RingReader* ring = incoming(slot);
  if (!ring) return false;
  const bool was_closed = ring->closed();
  std::uint64_t& looked_to = known(slot)->took_signals_to;
  looked_to = std::max(looked_to, ring->cursor());
  while (auto record = ring->look(looked_to)) {
    if (slot == current_) turn_left_ -= std::min<std::size_t>(turn_left_, record->end - looked_to);
    const bool is_first = looked_to == ring->cursor();
    const bool waits = may_be_for_next_life(record->kind) || (keeps_exits_ && record->kind == Kind::exit);
    const Found found = waits ? Found::nothing : receive(slot, *record);
    if (found == Found::not_now) {
      defer(slot);
      return false;
    }
    looked_to = record->end;
    if (record->kind == Kind::exit && !waits) known(slot)->took_exits_to = record->end;
    if (is_first && !waits) finish(slot, *ring, *record);
    if (looked_to - ring->cursor() > ring_capacity) ring->close();  // it goes round in circles
    worked_since_spin_ = true;
    if (found == Found::something) return true;
    if (slot == current_ && turn_left_ == 0) return false;
  }
  if (ring->closed() && !was_closed) status().closed_rings.fetch_add(1, std::memory_order::relaxed);
  return false;
}

// A signal that was taken while this life was suspended, before the messages that stood in front of it.
bool Endpoint::was_taken_ahead(const RecordView& record, Slot from) const {
  const Peer& peer = *known(from);
  return record.position < (record.kind == Kind::exit ? peer.took_exits_to : peer.took_signals_to);
}

}  // namespace ninelives::ipc
