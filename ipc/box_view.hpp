// The box of another slot, as everybody but its owner sees it: the bell writable, the rest read-only. Owns
// its mappings. Belongs to one thread.
#pragma once
#include "ipc/bell.hpp"
#include "ipc/node_files.hpp"

namespace ninelives::ipc {

class BoxView {
 public:
  static Result<BoxView> open(const NodeFiles& files, const Owner& owner);
  // For a sender, whose entry is given memory, too.
  static Result<BoxView> open_for(Slot sender, const NodeFiles& files, const Owner& owner);

  const Owner& owner() const { return owner_; }
  Bell& bell() const { return *bell_.as<Bell>(); }
  const Status& status() const { return *rest_.as<Status>(); }

  // The owner's word about the ring from `sender`. Only after allocate_entry(sender) or open_for(sender), by
  // anybody, has succeeded.
  const Entry& entry(Slot sender) const { return rest_.as<Entry>(entries_offset - status_offset)[sender]; }

  // Wakes the owner, whichever way it sleeps. Its bit has been set before. False: it was awake.
  bool ring(const NodeFiles& files);

 private:
  static Result<BoxView> map(int fd, const Owner& owner);
  BoxView(const Owner& owner, Mapping bell, Mapping rest)
      : owner_(owner), bell_(std::move(bell)), rest_(std::move(rest)) {}

  Owner owner_;
  Mapping bell_;
  Mapping rest_;
  UniqueFd door_;  // opened when the owner is first found parked
};

// Gives the entry for `sender` in a box memory. Needed before anybody reads it; doing it twice does no harm.
Result<void> allocate_entry(const NodeFiles& files, const Owner& box, Slot sender);

}  // namespace ninelives::ipc
