#include "supervisor/node/slots.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "ipc/arena.hpp"
#include "ipc/ring_file.hpp"
#include "ipc/ring_tail.hpp"

namespace ninelives::supervisor {
namespace {

std::chrono::nanoseconds now() { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace

ipc::Result<ipc::Owner> Slots::add(const ipc::RowFacts& facts) {
  free_drained();
  auto owner = table_.allot(facts);
  if (!owner) return owner;
  auto made = ipc::create_box(files_, *owner);
  auto box = made ? ipc::BoxView::open(files_, *owner) : std::unexpected(made.error());
  if (!box) {
    ipc::remove_box(files_, *owner);
    table_.free(owner->slot);
    return std::unexpected(box.error());
  }
  boxes_.emplace(owner->slot, std::move(*box));
  return owner;
}

void Slots::starting(const Pid& pid) {
  if (pid.incarnation > view().owner_inc(pid.slot)) table_.count_restart(pid.slot);
  if (view().row(pid.slot).keeps_mailbox.load() == 0) table_.set_accept_from(pid.slot, pid.incarnation);
  table_.set_starting(pid.slot, pid.incarnation, now());
}

void Slots::restarting(const Pid& pid) {
  if (view().row(pid.slot).keeps_mailbox.load() == 0) table_.set_accept_from(pid.slot, pid.incarnation + 1);
  table_.set_state(pid.slot, pid.incarnation, ipc::RowState::restarting);
  ipc::give_notice(files_, view(), boxes_, pid.slot);
}

void Slots::down(const Pid& pid, ipc::RowState state) {
  table_.set_accept_from(pid.slot, pid.incarnation + 1);
  table_.set_state(pid.slot, pid.incarnation, state);
  ipc::give_notice(files_, view(), boxes_, pid.slot);
  if (state == ipc::RowState::gone) gone_.push_back(pid.slot);
}

std::optional<ExitReason> Slots::own_words(const Pid& pid) const {
  const ipc::Status& status = boxes_.at(pid.slot).status();
  if (status.end_incarnation.load(std::memory_order::acquire) != pid.incarnation) return std::nullopt;
  return ExitReason{
      .kind = static_cast<ExitReason::Kind>(status.end_kind),
      .number = status.end_number,
      .text = std::string(status.end_text.data(), ::strnlen(status.end_text.data(), status.end_text.size()))};
}

// ---- freeing

std::size_t Slots::free_drained() {
  std::erase_if(gone_, [this](Slot slot) {
    const ipc::Owner owner{slot, view().owner_inc(slot)};
    if (!is_drained(owner)) return false;
    remove_rings_of(owner);
    boxes_.erase(slot);
    ipc::remove_box(files_, owner);
    table_.free(slot);
    return true;
  });
  return gone_.size();
}

bool Slots::is_drained(const ipc::Owner& gone) const {
  ipc::SlotSet receivers = ipc::receivers_of(boxes_.at(gone.slot));
  for (auto slot = receivers.next(0); slot; receivers.erase(*slot), slot = receivers.next(*slot)) {
    if (!has_taken_all(gone, *slot)) return false;
  }
  return true;
}

// Whatever cannot be looked at just now, for want of files or memory, counts as not taken.
bool Slots::has_taken_all(const ipc::Owner& gone, Slot receiver) const {
  const ipc::RowWord word = view().state(receiver);
  if (!word.is_alive() && word.state != ipc::RowState::restarting)
    return true;  // void: nobody will execute them
  auto box = boxes_.find(receiver);
  if (box == boxes_.end()) return true;
  const ipc::Owner to = box->second.owner();
  auto ring = ipc::open_ring(files_, gone, to);
  // No ring: it was killed before it had made one, or the slot has another owner by now. One that makes no
  // sense is not read by anybody either.
  if (!ring) return ring.error().number == ENOENT || ring.error().number == 0;
  if (!ipc::allocate_entry(files_, to, gone.slot)) return false;
  const ipc::Entry& entry = box->second.entry(gone.slot);
  const bool knows_ring =
      entry.ring_id.load(std::memory_order::acquire) == ring->as<ipc::RingHeader>()->ring_id;
  const std::uint64_t cursor = knows_ring ? entry.cursor.load(std::memory_order::acquire) : 0;
  const std::uint64_t tail = ipc::find_tail(*ring->as<ipc::Ring>());
  const bool is_nonsense = tail > cursor && tail - cursor > ipc::ring_capacity;
  return cursor >= tail || is_nonsense;
}

void Slots::remove_rings_of(const ipc::Owner& gone) const {
  ipc::SlotSet receivers = ipc::receivers_of(boxes_.at(gone.slot));
  for (auto slot = receivers.next(0); slot; receivers.erase(*slot), slot = receivers.next(*slot)) {
    const ipc::Owner to{*slot, view().owner_inc(*slot)};
    ::unlinkat(files_.dir(), ipc::NodeFiles::ring(gone, to).c_str(), 0);
    ipc::remove_arenas(files_, gone, to, 0);
  }
}

}  // namespace ninelives::supervisor
