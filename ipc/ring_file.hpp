// The file of a ring: made whole by its sender before it has a name, and never replaced, so that a receiver
// that mapped it early never reads from a file that has been forgotten.
#pragma once
#include "ipc/mapping.hpp"
#include "ipc/node_files.hpp"

namespace ninelives::ipc {

// Sender's side: the ring from -> to, made if it does not exist (`me` becomes its ring_id), else taken over
// from an earlier life of the same owner. Mapped writable. A ring that an earlier life has scribbled over, so
// that its header makes no sense or its receiver's `entry` says that it is closed, is replaced: nobody reads
// from it any more.
Result<Mapping> make_or_adopt_ring(const NodeFiles& files, const Owner& from, const Owner& to, Incarnation me,
                                   const Entry& entry);

// Receiver's side: the ring from -> to, mapped read-only. ENOENT: that sender has none.
Result<Mapping> open_ring(const NodeFiles& files, const Owner& from, const Owner& to);

}  // namespace ninelives::ipc
