// Pairs of operations about calls and deaths: who is held is the caller, or the watcher.
#include <catch2/catch.hpp>
#include <optional>

#include "tests/stepkill/pair_world.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::Endpoint;

class CallPair : public PairWorld {
 protected:
  // Calls, and notes the end of it: the reply, or as a refusal the kind of error.
  void call_and_note(Endpoint& endpoint, const Order& order) const {
    const std::string text = std::to_string(order.number);
    stop_for_the_test();
    const auto reply = endpoint.call({order.peer.slot, order.peer.incarnation}, 1, text, ipc::for_ever);
    operation_is_over();
    if (reply) {
      notes_.write(ipc::Kind::reply, order.me, 0, *reply);
    } else {
      notes_.write(ipc::Kind::refusal, order.me, static_cast<std::uint64_t>(reply.error().kind),
                   reply.error().text);
    }
    for (;;) endpoint.wait(ipc::no_deadline);
  }

  // The next life of the server answers what is for it. A call ends once; and if it has ended in down, no
  // life executes it from then on.
  Outcome end_of_call(Pid& server, bool must_be_first_reply) {
    server = world_.next_life(server);
    int executed = 0;
    {
      const auto endpoint = world_.attach(server);
      auto answer = [&] {
        endpoint->collect();
        while (const ipc::Received* received = endpoint->next()) {
          if (received->kind != ipc::Kind::call) continue;
          ++executed;
          endpoint->reply(received->from, ipc::Kind::reply, received->ref, "of the next life");
        }
        return notes_.size() > 0;
      };
      await(answer, "the end of a call");
      answer();
    }
    world_.restarting(server);
    const Heard end = notes_.read().front();
    require(notes_.size() == 1, "a call has ended twice");
    require(!must_be_first_reply || end.payload == "of the first life", "a reply that was sent did not come");
    if (end.kind == ipc::Kind::refusal) {
      require(end.ref == static_cast<std::uint64_t>(CallError::Kind::down), "not down: " + end.payload);
      require(executed == 0, "executed, and told to be down");
      return {"down", ""};
    }
    require(executed == (end.payload == "of the next life" ? 1 : 0), "executed, and not answered");
    return {"a reply " + end.payload, ""};
  }
};

// A server is killed in its reply while the caller calls and judges.
class ReplyAndCall : public CallPair {
 public:
  ReplyAndCall()
      : servers_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          stop_for_the_test();
          const ipc::Received* received = endpoint->next();
          for (; !received; received = endpoint->next()) endpoint->wait(ipc::no_deadline);
          endpoint->reply(received->from, ipc::Kind::reply, received->ref, "of the first life");
          operation_has_returned();
        }),
        callers_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          call_and_note(*endpoint, order);
        }) {}

  std::string name() const override { return "pair: reply, and the caller in its call"; }
  const Nursery& nursery_of_killed() const override { return servers_; }
  const Nursery& nursery_of_held() const override { return callers_; }

  Orders next_orders(std::uint64_t number) override {
    server_ = world_.next_life(server_);
    caller_ = world_.next_life(caller_);
    return {{server_, number, {}}, {caller_, number, {server_.slot, world_.owner(server_).owner_inc}}};
  }
  void are_born(pid_t killed, pid_t held) override {
    world_.os_pid(server_, killed);
    world_.os_pid(caller_, held);
  }
  void stand_before() override { before_ = world_.tail(server_, caller_); }
  void tell() override {
    has_replied_ = world_.tail(server_, caller_) != before_;
    world_.restarting(server_);
  }
  Outcome check() override { return end_of_call(server_, has_replied_); }
  void end_round() override {
    world_.restarting(caller_);
    notes_.clear();
  }

 private:
  Nursery servers_;
  Nursery callers_;
  Pid server_ = world_.allot("server");
  Pid caller_ = world_.allot("caller");
  std::uint64_t before_ = 0;
  bool has_replied_ = false;
};

// ---- a supervisor is killed while it tells of a death. Its parent tells of it again.

class NoticeAndCall : public CallPair {
 public:
  NoticeAndCall() : dead_(world_.allot("server")), caller_(world_.allot("caller")) {
    world_.share_with_children();
    supervisors_.emplace([this](const Order& order) {
      stop_for_the_test();
      world_.restarting(order.me);
      operation_has_returned();
    });
    callers_.emplace([this](const Order& order) {
      auto endpoint = attach(node(), order.me);
      call_and_note(*endpoint, order);
    });
  }

  std::string name() const override { return "pair: notice, and a caller of the dead in its call"; }
  const Nursery& nursery_of_killed() const override { return *supervisors_; }
  const Nursery& nursery_of_held() const override { return *callers_; }

  Orders next_orders(std::uint64_t number) override {
    dead_ = world_.next_life(dead_);
    world_.attach(dead_).reset();  // a life that takes nothing and is over
    forget_watchers_of(dead_);
    caller_ = world_.next_life(caller_);
    return {{dead_, number, {}}, {caller_, number, {dead_.slot, world_.owner(dead_).owner_inc}}};
  }
  void are_born(pid_t /*killed*/, pid_t held) override { world_.os_pid(caller_, held); }
  void tell() override { world_.restarting(dead_); }
  Outcome check() override { return end_of_call(dead_, false); }
  void end_round() override {
    world_.restarting(caller_);
    notes_.clear();
  }

 private:
  Pid dead_;
  Pid caller_;
  std::optional<Nursery> supervisors_;
  std::optional<Nursery> callers_;
};

class NoticeAndMonitor : public PairWorld {
 public:
  NoticeAndMonitor() : dead_(world_.allot("dead")), watcher_(world_.allot("watcher")) {
    world_.share_with_children();
    supervisors_.emplace([this](const Order& order) {
      stop_for_the_test();
      world_.restarting(order.me);
      operation_has_returned();
    });
    watchers_.emplace([this](const Order& order) {
      auto endpoint = attach(node(), order.me);
      stop_for_the_test();
      endpoint->monitor(order.peer);
      const ipc::Received* received = endpoint->next();
      if (!received) endpoint->wait(ipc::no_deadline);
      operation_is_over();
      if (received) note(*received);
      hear(*endpoint);
    });
  }

  std::string name() const override { return "pair: notice, and a watcher in monitor and going to sleep"; }
  const Nursery& nursery_of_killed() const override { return *supervisors_; }
  const Nursery& nursery_of_held() const override { return *watchers_; }

  Orders next_orders(std::uint64_t number) override {
    dead_ = world_.next_life(dead_);
    world_.attach(dead_).reset();
    forget_watchers_of(dead_);
    watcher_ = world_.next_life(watcher_);
    return {{dead_, number, {}}, {watcher_, number, dead_}};
  }
  void are_born(pid_t /*killed*/, pid_t held) override { world_.os_pid(watcher_, held); }
  void tell() override { world_.restarting(dead_); }

  // A message of a third process is heard after it: were the death told twice, that had been heard by then.
  Outcome check() override {
    await([&] { return is_noted(ipc::Kind::down, dead_); }, "the end of the dead");
    require(send(*third_, world_.owner(watcher_), "third"), "a third process cannot send");
    await([&] { return heard_from(third_->self()) == "third|"; }, "a third process's message");
    require(heard_from(dead_) == "down|", "the watcher has heard: " + heard_from(dead_));
    return {"told once", ""};
  }
  void end_round() override {
    world_.restarting(watcher_);
    notes_.clear();
  }

 private:
  Pid dead_;
  Pid watcher_;
  std::optional<Nursery> supervisors_;
  std::optional<Nursery> watchers_;
  std::unique_ptr<Endpoint> third_ = world_.attach(world_.add("third"));
};

}  // namespace

TEST_CASE(
    "pairs: a call ends once while its server is killed in the reply, and what is down is not executed") {
  ReplyAndCall scenario;
  CHECK_NOTHROW(run_pairs(scenario));
}

TEST_CASE("pairs: a call of the dead ends once while the supervisor that tells of the death is killed") {
  NoticeAndCall scenario;
  CHECK_NOTHROW(run_pairs(scenario));
}

TEST_CASE("pairs: a watcher hears once of a death while the supervisor that tells of it is killed") {
  NoticeAndMonitor scenario;
  CHECK_NOTHROW(run_pairs(scenario));
}

}  // namespace ninelives::test::stepkill
