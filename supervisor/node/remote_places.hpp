#pragma once
#include "supervisor/node/places.hpp"

namespace ninelives::supervisor {

// Places that the root allots, asked for over its control socket. Each request waits for its answer, which
// the root gives within one turn of its loop.
class RemotePlaces final : public Places {
 public:
  // `supervisor`: the caller's own slot.
  static ipc::Result<RemotePlaces> connect(const ipc::NodeFiles& files, Slot supervisor);

  ipc::Result<std::vector<ipc::Owner>> allot(std::span<const ipc::PlaceWanted> wanted) override;
  void slot_is_gone() override;

 private:
  RemotePlaces(ipc::UniqueFd root, Slot supervisor) : root_(std::move(root)), supervisor_(supervisor) {}

  ipc::UniqueFd root_;
  Slot supervisor_;
};

}  // namespace ninelives::supervisor
