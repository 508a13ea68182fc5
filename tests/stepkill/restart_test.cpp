// A supervisor killed at every instruction of a restart: reason, row, notice, and the start of the next life.
// Its parent goes on from what the row says. What was taken by the dead is down and executed by nobody; what
// was waiting is for the next life with keep, and down with drop.
#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/stepkill/bystander.hpp"
#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/probe.hpp"

namespace ninelives::test::stepkill {
namespace {

// Before threads are started: the supervisor that is killed is forked from this process and has its table.
struct Place {
  World world;
  Pid server;
  Pid watcher = world.add("watcher");
  Pid first_caller = world.add("first caller");
  Pid second_caller = world.add("second caller");
  explicit Place(bool keeps_mailbox) : server(world.allot("server", keeps_mailbox)) {
    world.share_with_children();
  }
};

class Restart : public Scenario {
 public:
  explicit Restart(bool keeps_mailbox)
      : keeps_mailbox_(keeps_mailbox),
        place_(keeps_mailbox),
        nursery_([this](const Order& order) {
          stop_for_the_test();
          restart(order.me);
          operation_has_returned();
        }),
        watcher_(place_.world, place_.watcher),
        first_(place_.world, place_.first_caller),
        second_(place_.world, place_.second_caller, ipc::Endpoint::SleepsOn::door),
        probe_(place_.world, watcher_) {
    place_.server = place_.world.next_life(place_.server);
    server_ = place_.world.attach(place_.server);
  }

  std::string name() const override { return std::string("restart, ") + (keeps_mailbox_ ? "keep" : "drop"); }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return place_.world.path(); }

  // One call is taken and one is waiting when the server dies.
  Order next_order(std::uint64_t number) override {
    watcher_.monitor(place_.server);
    first_.call(place_.server, "taken");
    while (!server_->next()) server_->wait(ipc::no_deadline);
    second_.call(place_.server, "waiting");
    return {place_.server, number, {}};
  }
  void at_stop(int /*stop*/) override {
    watcher_.settle();
    first_.settle();
    second_.settle();
  }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    probe_.passes();
    const ipc::RowWord row = place_.world.table().state(place_.server.slot);
    restart(place_.server);
    server_.reset();
    place_.server.incarnation += 1;
    place_.world.os_pid(place_.server, ::getpid());
    server_ = place_.world.attach(place_.server);
    answer_all();
    check();
    if (returned) return {"the next life is starting", "nobody has to"};
    if (row.incarnation == place_.server.incarnation)
      return {"the row says starting, no process", "its parent launches"};
    if (!row.is_alive())
      return {"the row says restarting, not everybody was rung", "its parent gives notice again"};
    return {"perhaps the reason, the row says alive", "its parent tells of the death"};
  }

 private:
  // A row that says more is not set back: somebody may have believed it.
  void restart(const Pid& dead) {
    supervisor::Rows& rows = place_.world.rows();
    if (place_.world.table().state(dead.slot).incarnation == dead.incarnation) {
      rows.ended(dead, ExitReason::error("as it is"));
      rows.restarting(dead);
    }
    rows.starting({dead.slot, dead.incarnation + 1});
  }

  void answer_all() {
    std::string taken;
    while (const ipc::Received* received = server_->next()) {
      taken += received->payload;
      server_->reply(received->from, ipc::Kind::reply, received->ref, std::string("answered"));
    }
    require(taken == (keeps_mailbox_ ? "waiting" : ""), "the next life has executed: " + taken);
  }

  static bool is_outcome(const Heard& heard) {
    return heard.kind == ipc::Kind::reply || heard.kind == ipc::Kind::refusal;
  }

  void check() {
    watcher_.await_down({place_.server.slot, place_.server.incarnation - 1});
    first_.await(is_outcome, "the end of the call that was taken");
    second_.await(is_outcome, "the end of the call that was waiting");
    watcher_.settle();
    require_ended(first_, CallError::Kind::down);
    require_ended(second_, keeps_mailbox_ ? std::nullopt : std::optional(CallError::Kind::dropped));
    int downs = 0;
    for (const Heard& heard : watcher_.take_heard()) downs += probe_.takes(heard) ? 0 : 1;
    require(downs == 1 && probe_.is_complete(), "a death was told " + std::to_string(downs) + " times");
  }

  // Without an error: in the reply.
  static void require_ended(Bystander& caller, std::optional<CallError::Kind> error) {
    caller.settle();
    const std::vector<Heard> outcomes = caller.take_heard();
    require(outcomes.size() == 1, "a call ended " + std::to_string(outcomes.size()) + " times");
    const Heard& outcome = outcomes.front();
    if (!error) {
      require(outcome.kind == ipc::Kind::reply && outcome.payload == "answered",
              "no reply: " + outcome.payload);
    } else {
      require(outcome.ref == static_cast<std::uint64_t>(*error) && outcome.payload.contains("as it is"),
              "not " + std::string(to_string(*error)) + " for its reason: " + outcome.payload);
    }
  }

  bool keeps_mailbox_;
  Place place_;
  Nursery nursery_;
  Bystander watcher_;
  Bystander first_;
  Bystander second_;
  Probe probe_;
  std::unique_ptr<ipc::Endpoint> server_;
};

}  // namespace

TEST_CASE("a restart keeps or drops what was waiting, whenever the supervisor is killed in it") {
  const bool keeps_mailbox = GENERATE(true, false);
  const By by = GENERATE(By::kill, By::stop);
  Restart scenario(keeps_mailbox);
  CHECK_NOTHROW(run(scenario, by));
}

}  // namespace ninelives::test::stepkill
