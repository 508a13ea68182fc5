// A slot that changes its owner: the root killed at every instruction of freeing it and allotting another
// one, and a sender that has known the former owner killed at every instruction of its first send to the next
// one.
#include <catch2/catch.hpp>
#include <optional>
#include <set>
#include <unistd.h>

#include "tests/stepkill/bystander.hpp"
#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/payload.hpp"
#include "tests/stepkill/probe.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::Endpoint;

bool send(Endpoint& endpoint, const ipc::Owner& to, std::string_view text) {
  return endpoint.send(to, {.kind = ipc::Kind::cast, .payload = text}, ipc::no_patience).has_value();
}

// ---- the root is the victim

// Each victim is forked from the test as it is, so that it knows the slots that have been allotted since. All
// threads of the test sleep then, so that no lock is held.
class Free : public Scenario {
 public:
  Free() : receiver_(world_, "receiver"), probe_(world_, receiver_) {
    receiver_.hold();  // the root has sent to it, too
    receiver_.release();
    probe_.passes();
    receiver_.settle();
    footprint_ = world_.footprint();
  }

  std::string name() const override { return "free a slot and allot one"; }
  const Nursery& nursery() const override { return *nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }

  // A guest that casts and goes, of which all is taken.
  Order next_order(std::uint64_t number) override {
    guest_ = world_.add("guest");
    {
      const auto guest = world_.attach(guest_);
      require(send(*guest, world_.owner(receiver_.pid()), "small"), "a guest cannot send");
      require(send(*guest, world_.owner(receiver_.pid()), text_of("large", Size::large)),
              "a guest cannot send");
    }
    receiver_.await([](const Heard& heard) { return small_part(heard.payload) == "large"; },
                    "a guest's message");
    world_.gone(guest_);
    receiver_.settle();
    world_.share_with_children();
    nursery_.emplace([this](const Order& /*order*/) {
      stop_for_the_test();
      must(world_.slots().add({.name = newcomers_name, .type = ipc::RowType::guest}));
      operation_has_returned();
    });
    return {guest_, number, {}};
  }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    probe_.passes();
    const bool was_freed = world_.table().state(guest_.slot).state == ipc::RowState::free;
    const std::optional<ipc::Owner> half_made = newcomer();
    const std::size_t files_then = world_.footprint().files;
    if (half_made) ipc::remove_box(world_.files(), *half_made);
    world_.require_all_freed();
    require(world_.footprint() == footprint_, "something of a slot that is free is left");
    next_owner_is_well();
    if (returned) return {"a place for the newcomer", "nobody has to"};
    if (half_made)
      return {"a row, and not its whole box", "the next run of the node, which removes its directory"};
    if (was_freed) return {"a free slot", "nobody has to"};
    if (files_then < files_of_guest())
      return {"a slot that is gone and has lost some of its files", "whoever repeats it"};
    return {"a slot that is gone", "whoever repeats it"};
  }

 private:
  static constexpr const char* newcomers_name = "newcomer";

  std::size_t files_of_guest() const { return footprint_.files + 4; }  // its box, inbox, door and ring

  // What a root that was killed has allotted, and nobody knows of.
  std::optional<ipc::Owner> newcomer() {
    const ipc::TableView& table = world_.table();
    for (Slot slot = 0; slot < table.rows(); ++slot) {
      const bool is_new = table.name(slot) == newcomers_name && !known_newcomers_.contains(slot);
      if (!is_new || table.state(slot).state != ipc::RowState::stopped) continue;
      known_newcomers_.insert(slot);
      return ipc::Owner{slot, table.owner_inc(slot)};
    }
    return std::nullopt;
  }

  // Nobody takes its messages for those of the former owner, nor the former owner's for its.
  void next_owner_is_well() {
    const Pid next = world_.add("next");
    require(send(*world_.attach(next), world_.owner(receiver_.pid()), "the next owner's"), "it cannot send");
    receiver_.await([](const Heard& heard) { return heard.payload == "the next owner's"; }, "its message");
    std::string order;
    for (const Heard& heard : receiver_.take_heard()) {
      if (probe_.takes(heard)) continue;
      order += (heard.from == guest_ ? "guest:"
                : heard.from == next ? "next:"
                                     : "?:") +
               small_part(heard.payload) + ' ';
    }
    require(order == "guest:small guest:large next:the next owner's ", "the receiver has heard: " + order);
    world_.gone(next);
    receiver_.settle();
    world_.require_all_freed();
    require(world_.footprint() == footprint_, "something of the next owner is left");
  }

  World world_;
  std::optional<Nursery> nursery_;
  Bystander receiver_;
  Probe probe_;
  World::Footprint footprint_;
  Pid guest_;
  std::set<Slot> known_newcomers_;
};

// ---- a sender is the victim

class SendToHeir : public Scenario {
 public:
  SendToHeir()
      : nursery_([this, path = world_.path()](const Order& order) { live(path, order); }),
        bystander_(world_, "bystander"),
        probe_(world_, bystander_),
        sender_(world_.allot("sender")) {
    receiver_ = world_.add("receiver");
    receiver_endpoint_ = world_.attach(receiver_);
    world_.reserve_free_slots();
    footprint_ = world_.footprint();
  }

  std::string name() const override { return "send to the next owner of a slot"; }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }
  int stops() const override { return 2; }

  Order next_order(std::uint64_t number) override {
    sender_ = world_.next_life(sender_);
    bystander_.monitor(sender_);
    return {sender_, number, receiver_};
  }
  void is_born(pid_t process) override { world_.os_pid(sender_, process); }

  // At the first stop it has sent to the owner of the slot, of whom nothing is left at the second.
  void at_stop(int stop) override {
    if (stop == 0) return change_owner();
    bystander_.settle();
  }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    probe_.passes();
    const bool was_sent = world_.tail(sender_, receiver_) != 0;
    require(was_sent || !returned, "send has returned and nothing was sent");
    world_.restarting(sender_);
    bystander_.await_down(sender_);
    require(take_all() == (was_sent ? "for the heir|" : ""),
            "the next owner has not heard what was sent to it");
    sender_ = world_.next_life(sender_);
    require(send(*world_.attach(sender_), world_.owner(receiver_), "from the next life"), "it cannot send");
    require(take_all() == "from the next life|", "the next life's message did not come");
    world_.restarting(sender_);
    for (const Heard& heard : bystander_.take_heard()) static_cast<void>(probe_.takes(heard));
    require(probe_.is_complete(), "a bystander's message did not come");
    if (returned) return {"sent to the next owner", "nobody has to"};
    if (was_sent) return {"sent, the bell perhaps not rung", "the notice"};
    return {"perhaps a ring to the next owner", "its next life"};
  }

  void finish() override {
    receiver_endpoint_.reset();
    world_.gone(sender_);
    world_.gone(receiver_);
    world_.require_all_freed();
  }

 private:
  void live(const std::filesystem::path& path, const Order& order) {
    auto endpoint = must(Endpoint::attach(path, order.me, Endpoint::SleepsOn::futex));
    const ipc::Owner former{order.peer.slot, endpoint->table().owner_inc(order.peer.slot)};
    require(send(*endpoint, former, "for the former owner"), "the first send failed");
    stop_for_the_test();
    const ipc::Owner heir{former.slot, endpoint->table().owner_inc(former.slot)};
    require(heir != former, "the slot has not changed its owner");
    stop_for_the_test();
    if (send(*endpoint, former, "for nobody")) ::_exit(1);
    if (!send(*endpoint, heir, "for the heir")) ::_exit(1);
    operation_has_returned();
  }

  // As a guest that ends while the next one comes: there is no other slot for it.
  void change_owner() {
    require(take_all() == "for the former owner|", "the former owner has not heard what was sent to it");
    receiver_endpoint_.reset();
    world_.gone(receiver_);
    world_.require_all_freed();
    const Pid heir = world_.add("receiver");
    require(heir.slot == receiver_.slot, "another slot was allotted");
    receiver_ = heir;
    receiver_endpoint_ = world_.attach(receiver_);
  }

  std::string take_all() {
    std::string taken;
    receiver_endpoint_->collect();
    while (const ipc::Received* received = receiver_endpoint_->next())
      taken += std::string(received->payload) + '|';
    return taken;
  }

  World world_;
  Nursery nursery_;
  Bystander bystander_;
  Probe probe_;
  Pid sender_;
  Pid receiver_;
  std::unique_ptr<Endpoint> receiver_endpoint_;
  World::Footprint footprint_;
};

}  // namespace

TEST_CASE("a slot that was freed by half is freed by whoever repeats it, and its next owner is well") {
  const By by = GENERATE(By::kill, By::stop);
  Free scenario;
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE(
    "the next owner of a slot gets what is sent to it, whenever a sender is killed that knew the former "
    "one") {
  const By by = GENERATE(By::kill, By::stop);
  SendToHeir scenario;
  CHECK_NOTHROW(run(scenario, by));
}

}  // namespace ninelives::test::stepkill
