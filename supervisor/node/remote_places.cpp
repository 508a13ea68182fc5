#include "supervisor/node/remote_places.hpp"

#include <algorithm>

namespace ninelives::supervisor {

ipc::Result<RemotePlaces> RemotePlaces::connect(const ipc::NodeFiles& files, Slot supervisor) {
  auto root = ipc::connect_control(files);
  if (!root) return std::unexpected(root.error());
  return RemotePlaces(std::move(*root), supervisor);
}

ipc::Result<std::vector<ipc::Owner>> RemotePlaces::allot(std::span<const ipc::PlaceWanted> wanted) {
  std::vector<ipc::Owner> owners;
  while (!wanted.empty()) {
    const auto part = wanted.first(std::min(wanted.size(), ipc::most_places_at_once));
    wanted = wanted.subspan(part.size());
    auto reply = ipc::ask(root_.get(), ipc::PlacesRequest{supervisor_, {part.begin(), part.end()}});
    if (!reply) return std::unexpected(reply.error());
    const auto* allotted = std::get_if<ipc::PlacesAllotted>(&*reply);
    if (allotted == nullptr || allotted->places.size() != part.size()) {
      return ipc::fault("the root has answered a request for places with something else");
    }
    for (const ipc::Place& place : allotted->places) owners.push_back({place.slot, place.owner_inc});
  }
  return owners;
}

// An answer that does not come is a root that has ended, and then so have we.
void RemotePlaces::slot_is_gone() { static_cast<void>(ipc::ask(root_.get(), ipc::SlotsGoneRequest{})); }

}  // namespace ninelives::supervisor
