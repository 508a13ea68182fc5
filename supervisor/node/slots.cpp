#include "supervisor/node/slots.hpp"

#include <cerrno>
#include <unistd.h>

#include "ipc/arena.hpp"
#include "ipc/ring_file.hpp"
#include "ipc/ring_tail.hpp"

namespace ninelives::supervisor {
ipc::Result<ipc::Owner> Slots::add(const ipc::RowFacts& facts) {
  free_drained();
  return place(facts);
}

ipc::Result<ipc::Owner> Slots::place(const ipc::RowFacts& facts) {
  auto owner = rows_.table().allot(facts);
  if (!owner) return owner;
  auto made = ipc::create_box(files(), *owner);
  auto box = made ? ipc::BoxView::open(files(), *owner) : std::unexpected(made.error());
  if (!box) {
    ipc::remove_box(files(), *owner);
    rows_.table().free(owner->slot);
    return std::unexpected(box.error());
  }
  rows_.boxes().insert_or_assign(owner->slot, std::move(*box));
  return owner;
}

ipc::Result<std::vector<Placed>> Slots::add(Slot supervisor, std::span<const ipc::PlaceWanted> places) {
  free_drained();
  std::vector<Placed> placed;
  std::vector<ipc::Owner> added;
  for (const ipc::PlaceWanted& wanted : places) {
    if (const auto former = former_place(supervisor, wanted)) {
      placed.emplace_back(*former);
      continue;
    }
    if (const auto holder = name_holder(wanted)) {
      placed.emplace_back(std::unexpected(NameTaken{*holder}));
      continue;
    }
    auto owner = place({.name = wanted.name,
                        .registered = wanted.registered,
                        .type = static_cast<ipc::RowType>(wanted.type),
                        .supervisor = supervisor,
                        .keeps_mailbox = wanted.keeps_mailbox});
    if (!owner) {
      for (const ipc::Owner& place : added)
        rows_.table().set_state(place.slot, place.owner_inc, ipc::RowState::gone);
      return std::unexpected(owner.error());
    }
    added.push_back(*owner);
    placed.emplace_back(*owner);
  }
  return placed;
}

// Of an earlier life of the same supervisor, whose child is dead.
std::optional<ipc::Owner> Slots::former_place(Slot supervisor, const ipc::PlaceWanted& wanted) const {
  const auto found = view().find(wanted.name);
  if (!found || view().state(found->slot).is_alive()) return std::nullopt;
  const ipc::Row& row = view().row(found->slot);
  const bool is_the_same =
      view().name(found->slot) == wanted.name && view().registered(found->slot) == wanted.registered &&
      row.supervisor.load() == supervisor && static_cast<std::uint32_t>(row.type.load()) == wanted.type &&
      (row.keeps_mailbox.load() != 0) == wanted.keeps_mailbox;
  if (!is_the_same) return std::nullopt;
  return found;
}

// A path is one child's by its nature, but it may be another one's registered name.
std::optional<ipc::Owner> Slots::name_holder(const ipc::PlaceWanted& wanted) const {
  if (const auto found = view().find(wanted.registered)) return found;
  const auto found = view().find(wanted.name);
  return found && view().registered(found->slot) == wanted.name ? found : std::nullopt;
}

// ---- freeing

std::size_t Slots::free_drained() {
  std::size_t waiting = 0;
  for (Slot slot = 0; slot < view().rows(); ++slot) {
    if (view().state(slot).state != ipc::RowState::gone) continue;
    const ipc::Owner owner{slot, view().owner_inc(slot)};
    if (!is_drained(owner)) {
      ++waiting;
      continue;
    }
    remove_rings_of(owner);
    rows_.boxes().erase(slot);
    ipc::remove_box(files(), owner);
    rows_.table().free(slot);
  }
  return waiting;
}

bool Slots::is_drained(const ipc::Owner& gone) const {
  ipc::SlotSet receivers = ipc::receivers_of(rows_.boxes().at(gone.slot));
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
  auto box = rows_.boxes().find(receiver);
  if (box == rows_.boxes().end()) return true;
  const ipc::Owner to = box->second.owner();
  auto ring = ipc::open_ring(files(), gone, to);
  // No ring: it was killed before it had made one, or the slot has another owner by now. One that makes no
  // sense is not read by anybody either.
  if (!ring) return ring.error().number == ENOENT || ring.error().number == 0;
  if (!ipc::allocate_entry(files(), to, gone.slot)) return false;
  const ipc::Entry& entry = box->second.entry(gone.slot);
  const bool knows_ring =
      entry.ring_id.load(std::memory_order::acquire) == ring->as<ipc::RingHeader>()->ring_id;
  const std::uint64_t cursor = knows_ring ? entry.cursor.load(std::memory_order::acquire) : 0;
  const std::uint64_t tail = ipc::find_tail(*ring->as<ipc::Ring>());
  const bool is_nonsense = tail > cursor && tail - cursor > ipc::ring_capacity;
  return cursor >= tail || is_nonsense;
}

void Slots::remove_rings_of(const ipc::Owner& gone) const {
  ipc::SlotSet receivers = ipc::receivers_of(rows_.boxes().at(gone.slot));
  for (auto slot = receivers.next(0); slot; receivers.erase(*slot), slot = receivers.next(*slot)) {
    const ipc::Owner to{*slot, view().owner_inc(*slot)};
    ::unlinkat(files().dir(), ipc::NodeFiles::ring(gone, to).c_str(), 0);
    ipc::remove_arenas(files(), gone, to, 0);
  }
}

}  // namespace ninelives::supervisor
