#include "supervisor/node/slots.hpp"

#include <algorithm>
#include <cstring>
#include <unistd.h>

#include "ipc/box_view.hpp"
#include "ipc/notice.hpp"
#include "ipc/ring_file.hpp"
#include "ipc/ring_tail.hpp"

namespace ninelives::supervisor {
namespace {

std::chrono::nanoseconds now() { return std::chrono::steady_clock::now().time_since_epoch(); }

ipc::SlotSet receivers_of(const ipc::BoxView& box) {
  ipc::SlotSet slots;
  for (std::size_t word = 0; word < ipc::words_of_slots; ++word) {
    slots.insert_word(word, box.status().out[word].load(std::memory_order::acquire));
  }
  return slots;
}

}  // namespace

ipc::Result<ipc::Owner> Slots::add(const ipc::RowFacts& facts) {
  free_drained();
  auto owner = table_.allot(facts);
  if (!owner || facts.type == ipc::RowType::program) return owner;
  if (auto made = ipc::create_box(files_, *owner); !made) {
    ipc::remove_box(files_, *owner);
    table_.free(owner->slot);
    return std::unexpected(made.error());
  }
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
  ipc::give_notice(files_, view(), pid.slot);
}

void Slots::down(const Pid& pid, ipc::RowState state) {
  table_.set_accept_from(pid.slot, pid.incarnation + 1);
  table_.set_state(pid.slot, pid.incarnation, state);
  ipc::give_notice(files_, view(), pid.slot);
  if (state == ipc::RowState::gone) gone_.push_back(pid.slot);
}

std::optional<ExitReason> Slots::own_words(const Pid& pid) const {
  auto box = ipc::BoxView::open(files_, {pid.slot, view().owner_inc(pid.slot)});
  if (!box) return std::nullopt;
  const ipc::Status& status = box->status();
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
    ipc::remove_box(files_, owner);
    table_.free(slot);
    return true;
  });
  return gone_.size();
}

bool Slots::is_drained(const ipc::Owner& gone) const {
  auto box = ipc::BoxView::open(files_, gone);
  if (!box) return true;  // a program: it never had a mailbox
  ipc::SlotSet receivers = receivers_of(*box);
  for (auto slot = receivers.next(0); slot; receivers.erase(*slot), slot = receivers.next(*slot)) {
    if (!has_taken_all(gone, *slot)) return false;
  }
  return true;
}

bool Slots::has_taken_all(const ipc::Owner& gone, Slot receiver) const {
  const ipc::RowWord word = view().state(receiver);
  if (!word.is_alive() && word.state != ipc::RowState::restarting)
    return true;  // void: nobody will execute them
  const ipc::Owner to{receiver, view().owner_inc(receiver)};
  auto ring = ipc::open_ring(files_, gone, to);
  if (!ring) return true;  // killed before it had made one, or the slot has another owner by now
  auto box = ipc::BoxView::open(files_, to);
  if (!box || !ipc::allocate_entry(files_, to, gone.slot)) return true;
  const ipc::Entry& entry = box->entry(gone.slot);
  const bool knows_ring =
      entry.ring_id.load(std::memory_order::acquire) == ring->as<ipc::RingHeader>()->ring_id;
  const std::uint64_t cursor = knows_ring ? entry.cursor.load(std::memory_order::acquire) : 0;
  return cursor >= ipc::find_tail(*ring->as<ipc::Ring>());
}

void Slots::remove_rings_of(const ipc::Owner& gone) const {
  auto box = ipc::BoxView::open(files_, gone);
  if (!box) return;
  ipc::SlotSet receivers = receivers_of(*box);
  for (auto slot = receivers.next(0); slot; receivers.erase(*slot), slot = receivers.next(*slot)) {
    const ipc::Owner to{*slot, view().owner_inc(*slot)};
    ::unlinkat(files_.dir(), ipc::NodeFiles::ring(gone, to).c_str(), 0);
  }
}

}  // namespace ninelives::supervisor
