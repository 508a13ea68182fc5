// A second live sender beside the victim: its messages must get through to the receiver, at once, in order,
// whatever has become of the victim. Used in the test's own thread.
#pragma once
#include "tests/stepkill/bystander.hpp"

namespace ninelives::test::stepkill {

class Probe {
 public:
  Probe(World& world, Bystander& receiver)
      : world_(world), receiver_(receiver), endpoint_(world.attach(world.add("probe"))) {}

  ipc::Endpoint& endpoint() { return *endpoint_; }

  // One message is sent.
  void is_sent() {
    const std::string payload = std::to_string(++sent_);
    const auto sent = endpoint_->send(world_.owner(receiver_.pid()),
                                      {.kind = ipc::Kind::cast, .payload = payload}, ipc::no_patience);
    require(sent.has_value(), "a bystander cannot send");
  }
  // One message is sent, and taken unless the receiver is busy.
  void passes() {
    is_sent();
    if (receiver_.is_held()) return;
    receiver_.await(
        [&](const Heard& heard) {
          return heard.from == endpoint_->self() && heard.payload == std::to_string(sent_);
        },
        "a bystander's message");
  }

  // Is this one of ours? Then it is the next one.
  bool takes(const Heard& heard) {
    if (heard.from != endpoint_->self()) return false;
    require(heard.payload == std::to_string(++heard_), "a bystander's messages are not in order");
    return true;
  }
  bool is_complete() const { return heard_ == sent_; }

 private:
  World& world_;
  Bystander& receiver_;
  std::unique_ptr<ipc::Endpoint> endpoint_;
  std::uint64_t sent_ = 0;
  std::uint64_t heard_ = 0;
};

}  // namespace ninelives::test::stepkill
