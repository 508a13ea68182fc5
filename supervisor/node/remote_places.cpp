#include "supervisor/node/remote_places.hpp"

#include <algorithm>
#include <iterator>

namespace ninelives::supervisor {
namespace {

Placed placed_at(const ipc::Place& place) {
  const ipc::Owner owner{place.slot, place.owner_inc};
  if (place.is_name_holder) return std::unexpected(NameTaken{owner});
  return owner;
}

}  // namespace

ipc::Result<RemotePlaces> RemotePlaces::connect(const ipc::NodeFiles& files, Slot supervisor,
                                                std::chrono::milliseconds patience) {
  RemotePlaces places(files, supervisor, patience);
  auto root = ipc::connect_control(files);
  if (!root) return std::unexpected(root.error());
  places.root_ = std::move(*root);
  return places;
}

// What a root that was stopped answers in the end must not pass for the answer to a later request: that would
// be the places of other children.
ipc::Result<ipc::ControlReply> RemotePlaces::ask(const ipc::ControlRequest& request) {
  if (!root_) {
    auto root = ipc::connect_control(files_);
    if (!root) return std::unexpected(root.error());
    root_ = std::move(*root);
  }
  auto reply = ipc::ask(root_.get(), request, -1, patience_);
  if (!reply) root_.reset();
  return reply;
}

ipc::Result<std::vector<Placed>> RemotePlaces::allot(std::span<const ipc::PlaceWanted> wanted) {
  std::vector<Placed> placed;
  while (!wanted.empty()) {
    const auto part = wanted.first(std::min(wanted.size(), ipc::most_places_at_once));
    wanted = wanted.subspan(part.size());
    auto reply = ask(ipc::PlacesRequest{supervisor_, {part.begin(), part.end()}});
    if (!reply) return std::unexpected(reply.error());
    const auto* allotted = std::get_if<ipc::PlacesAllotted>(&*reply);
    if (allotted == nullptr || allotted->places.size() != part.size()) {
      return ipc::fault("the root has answered a request for places with something else");
    }
    std::ranges::transform(allotted->places, std::back_inserter(placed), placed_at);
  }
  return placed;
}

// An answer that does not come is a root that has ended, and then so have we.
void RemotePlaces::slot_is_gone() { static_cast<void>(ask(ipc::SlotsGoneRequest{})); }

}  // namespace ninelives::supervisor
