#pragma once
#include <chrono>

#include "supervisor/node/places.hpp"

namespace ninelives::supervisor {

// Places that the root allots, asked for over its control socket. Each request waits for its answer, which
// the root gives within one turn of its loop.
class RemotePlaces final : public Places {
 public:
  // `supervisor`: the caller's own slot. `files` outlives this.
  static ipc::Result<RemotePlaces> connect(const ipc::NodeFiles& files, Slot supervisor,
                                           std::chrono::milliseconds patience = ipc::answer_patience);

  ipc::Result<std::vector<Placed>> allot(std::span<const ipc::PlaceWanted> wanted) override;
  void slot_is_gone() override;

 private:
  RemotePlaces(const ipc::NodeFiles& files, Slot supervisor, std::chrono::milliseconds patience)
      : files_(files), supervisor_(supervisor), patience_(patience) {}

  ipc::Result<ipc::ControlReply> ask(const ipc::ControlRequest& request);

  const ipc::NodeFiles& files_;
  Slot supervisor_;
  std::chrono::milliseconds patience_;
  ipc::UniqueFd root_;  // none: the last request has failed
};

}  // namespace ninelives::supervisor
