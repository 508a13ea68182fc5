// A supervisor killed at every instruction of what it does after a death: reason, row, notice. Its parent
// repeats it, and twice is once.
#include <catch2/catch.hpp>

#include "tests/stepkill/bystander.hpp"
#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/probe.hpp"

namespace ninelives::test::stepkill {
namespace {

// Before threads are started: the supervisor that is killed is forked from this process and has its table.
struct Shared {
  World world;
  Pid dead = world.allot("dead");
  Pid watcher = world.add("watcher");
  Pid caller = world.add("caller");
  Shared() { world.share_with_children(); }
};

class Notice : public Scenario {
 public:
  explicit Notice(ipc::RowState becomes)
      : becomes_(becomes),
        nursery_([this](const Order& order) {
          stop_for_the_test();
          tell_of(order.me);
          operation_has_returned();
        }),
        watcher_(shared_.world, shared_.watcher),
        caller_(shared_.world, shared_.caller, ipc::Endpoint::SleepsOn::door),
        probe_(shared_.world, watcher_) {}

  std::string name() const override {
    return std::string("reason, row and notice, ") +
           (becomes_ == ipc::RowState::restarting ? "restarting" : "stopped");
  }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return shared_.world.path(); }

  // A life that sends, takes a call, and is over.
  Order next_order(std::uint64_t number) override {
    World& world = shared_.world;
    shared_.dead = world.next_life(shared_.dead);
    watcher_.monitor(shared_.dead);
    const auto endpoint = world.attach(shared_.dead);
    caller_.call(shared_.dead, "never answered");
    while (!endpoint->next()) endpoint->wait(ipc::no_deadline);
    require(endpoint
                ->send(world.owner(watcher_.pid()), {.kind = ipc::Kind::cast, .payload = "last words"},
                       ipc::no_patience)
                .has_value(),
            "the last words were not sent");
    return {shared_.dead, number, {}};
  }
  void at_stop(int /*stop*/) override {
    watcher_.settle();
    caller_.settle();
  }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    probe_.passes();
    const bool row_was_stored = shared_.world.table().state(shared_.dead.slot).state == becomes_;
    tell_of(shared_.dead);
    watcher_.await_down(shared_.dead);
    caller_.await([](const Heard& heard) { return heard.kind == ipc::Kind::refusal; }, "the end of a call");
    watcher_.settle();
    caller_.settle();
    check();
    if (returned) return {"everybody told", "nobody has to"};
    if (row_was_stored)
      return {"the row says it, not everybody was rung", "its parent gives the notice again"};
    return {"perhaps the reason, the row says alive", "its parent tells of it"};
  }

 private:
  void tell_of(const Pid& dead) {
    shared_.world.rows().ended(dead, ExitReason::error("as it is"));
    if (becomes_ == ipc::RowState::restarting) {
      shared_.world.rows().restarting(dead);
    } else {
      shared_.world.rows().down(dead, becomes_);
    }
  }

  void check() {
    std::string order;
    for (const Heard& heard : watcher_.take_heard()) {
      if (probe_.takes(heard)) continue;
      require(heard.from == shared_.dead, "something came from somebody else");
      order += heard.kind == ipc::Kind::down ? "down " : heard.payload + ' ';
    }
    require(order == "last words down ", "the watcher has heard: " + order);
    const std::vector<Heard> outcomes = caller_.take_heard();
    require(outcomes.size() == 1 && outcomes[0].ref == static_cast<std::uint64_t>(CallError::Kind::down),
            "the call did not end once, in down");
    require(outcomes[0].payload.contains("as it is"), "another reason was read: " + outcomes[0].payload);
    require(shared_.world.table().reason(shared_.dead) == ExitReason::error("as it is"),
            "another reason is left");
  }

  Shared shared_;
  ipc::RowState becomes_;
  Nursery nursery_;
  Bystander watcher_;
  Bystander caller_;
  Probe probe_;
};

}  // namespace

TEST_CASE("a death is told once, whenever the supervisor that tells it is killed and its parent repeats it") {
  const auto becomes = GENERATE(ipc::RowState::restarting, ipc::RowState::stopped);
  const By by = GENERATE(By::kill, By::stop);
  Notice scenario(becomes);
  CHECK_NOTHROW(run(scenario, by));
}

}  // namespace ninelives::test::stepkill
