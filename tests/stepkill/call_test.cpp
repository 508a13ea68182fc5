// A server killed at every instruction of a reply, and a caller of a call: a call of a live caller ends in
// the reply or in `down`, at once, and what was told to be down is not executed by a later life.
#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/stepkill/bystander.hpp"
#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/payload.hpp"
#include "tests/stepkill/probe.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::Endpoint;

ipc::Received wait_for_message(Endpoint& endpoint) {
  for (;;) {
    if (const ipc::Received* received = endpoint.next()) return *received;
    endpoint.wait(ipc::no_deadline);
  }
}

// ---- the server is the victim

class Reply : public Scenario {
 public:
  Reply(Endpoint::SleepsOn caller_sleeps_on, bool is_first_contact, Size size = Size::small)
      : sleeps_on_(caller_sleeps_on),
        size_(size),
        is_first_contact_(is_first_contact),
        nursery_(
            [=, path = world_.path()](const Order& order) { serve(path, is_first_contact, size, order); }),
        caller_(world_, "caller", caller_sleeps_on),
        probe_(world_, caller_) {
    caller_.hold();  // the root has sent to it, too
    caller_.release();
    probe_.passes();
    caller_.settle();
    footprint_ = world_.footprint();
    server_ = world_.allot("server");
  }

  std::string name() const override {
    return std::string("reply, caller asleep ") +
           (sleeps_on_ == Endpoint::SleepsOn::futex ? "on its futex" : "at its door") +
           (is_first_contact_ ? ", ring adopted" : "") + (size_ == Size::large ? ", large payload" : "");
  }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }
  int stops() const override { return 2; }

  Order next_order(std::uint64_t number) override {
    number_ = number;
    server_ = world_.next_life(server_);
    caller_.monitor(server_);
    return {server_, number, caller_.pid()};
  }
  void is_born(pid_t process) override { world_.os_pid(server_, process); }
  void at_stop(int stop) override {
    if (stop == 0) caller_.call(server_, text_of(std::to_string(number_), size_));
    if (stop == 1) {
      caller_.settle();
      tail_before_ = world_.tail(server_, caller_.pid());
    }
  }
  // The caller takes nobody's messages during its call: the probe is sent, and heard afterwards.
  void while_stopped() override { probe_.is_sent(); }

  Outcome after_kill(bool returned) override {
    probe_.is_sent();
    const bool was_sent = world_.tail(server_, caller_.pid()) != tail_before_;
    require(was_sent || !returned, "reply has returned and nothing was sent");
    world_.restarting(server_);
    caller_.await([](const Heard& heard) { return is_outcome(heard); }, "the end of a call");
    caller_.await_down(server_);
    probe_.passes();
    caller_.settle();
    check(was_sent);
    if (!was_sent) return {"no reply", "the notice: the caller finds the life over, and its call is down"};
    if (returned) return {"the reply", "nobody has to"};
    return {"the reply, the bell perhaps not rung", "the notice: the caller looks for the reply first"};
  }

  void finish() override {
    world_.gone(server_);
    caller_.settle();
    world_.require_all_freed();
    require(world_.footprint() == footprint_, "something of the server is left");
  }

 private:
  static bool is_outcome(const Heard& heard) {
    return heard.kind == ipc::Kind::reply || heard.kind == ipc::Kind::refusal;
  }

  // A call that is not this life's own was told to be down.
  static void serve(const std::filesystem::path& path, bool is_first_contact, Size size, const Order& order) {
    auto endpoint = must(Endpoint::attach(path, order.me, Endpoint::SleepsOn::futex));
    const ipc::Owner caller{order.peer.slot, order.peer.incarnation};
    if (!is_first_contact) {
      require(
          endpoint->send(caller, {.kind = ipc::Kind::cast, .payload = "hello"}, ipc::for_ever).has_value(),
          "send");
    }
    stop_for_the_test();
    const ipc::Received call = wait_for_message(*endpoint);
    require(call.payload == text_of(std::to_string(order.number), size),
            "executes the call " + small_part(call.payload) + ", which is down, or a torn one");
    stop_for_the_test();
    endpoint->reply(call.from, ipc::Kind::reply, call.ref, call.payload);
    operation_has_returned();
  }

  void check(bool was_sent) {
    int outcomes = 0;
    int downs = 0;
    for (const Heard& heard : caller_.take_heard()) {
      if (probe_.takes(heard)) continue;
      require(heard.from.slot == server_.slot, "something came from somebody else");
      if (heard.kind == ipc::Kind::down) {
        ++downs;
        continue;
      }
      if (heard.kind == ipc::Kind::cast) continue;
      require(is_outcome(heard), "something came that nobody has sent");
      ++outcomes;
      if (was_sent) {
        require(heard.kind == ipc::Kind::reply && heard.payload == text_of(std::to_string(number_), size_),
                "a reply that was sent did not come whole: " + small_part(heard.payload));
      } else {
        require(heard.ref == static_cast<std::uint64_t>(CallError::Kind::down), "not down: " + heard.payload);
      }
    }
    require(outcomes == 1 && downs == 1 && probe_.is_complete(), "a call, or a monitor, ended twice");
  }

  World world_;
  Endpoint::SleepsOn sleeps_on_;
  Size size_;
  bool is_first_contact_;
  Nursery nursery_;
  Bystander caller_;
  Probe probe_;
  World::Footprint footprint_;
  Pid server_;
  std::uint64_t number_ = 0;
  std::uint64_t tail_before_ = 0;
};

// ---- the caller is the victim

class Call : public Scenario {
 public:
  explicit Call(bool server_is_busy, Size size = Size::small)
      : server_is_busy_(server_is_busy),
        size_(size),
        nursery_([path = world_.path(), size](const Order& order) { call(path, size, order); }),
        server_(world_, "server"),
        probe_(world_, server_) {
    server_.hold();  // the root has sent to it, too
    server_.release();
    probe_.passes();
    server_.settle();
    footprint_ = world_.footprint();
    caller_ = world_.allot("caller");
  }

  std::string name() const override {
    return std::string("call, server ") + (server_is_busy_ ? "busy" : "asleep") +
           (size_ == Size::large ? ", large payload" : "");
  }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }

  Order next_order(std::uint64_t number) override {
    number_ = number;
    caller_ = world_.next_life(caller_);
    server_.monitor(caller_);
    return {caller_, number, server_.pid()};
  }
  void is_born(pid_t process) override { world_.os_pid(caller_, process); }
  void at_stop(int /*stop*/) override {
    server_.settle();
    if (server_is_busy_) server_.hold();
    tail_before_ = world_.tail(caller_, server_.pid());
  }
  void wake() override {
    if (server_.is_held()) server_.release();
  }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    probe_.passes();
    const bool was_sent = world_.tail(caller_, server_.pid()) != tail_before_;
    world_.restarting(caller_);
    wake();
    server_.await_down(caller_);
    server_.settle();
    check(was_sent);
    if (!was_sent) return {"no call", "nobody has to"};
    if (returned) return {"a call that was replied to", "nobody has to"};
    return {"a call without a caller", "the server: it answers, and the reply is void"};
  }

  // The server has kept nothing for a caller that is gone.
  void finish() override {
    world_.gone(caller_);
    server_.settle();
    world_.require_all_freed();
    require(world_.footprint() == footprint_, "something of the caller is left");
  }

 private:
  static void call(const std::filesystem::path& path, Size size, const Order& order) {
    auto endpoint = must(Endpoint::attach(path, order.me, Endpoint::SleepsOn::futex));
    const ipc::Owner server{order.peer.slot, order.peer.incarnation};
    require(endpoint->call(server, 1, text_of("first", size), ipc::for_ever).has_value(),
            "the first call failed");
    const std::string text = text_of(std::to_string(order.number), size);
    stop_for_the_test();
    const auto reply = endpoint->call(server, 1, text, ipc::for_ever);
    if (!reply || *reply != text) ::_exit(1);
    operation_has_returned();
  }

  void check(bool was_sent) {
    int executed = 0;
    bool down = false;
    for (const Heard& heard : server_.take_heard()) {
      if (probe_.takes(heard)) continue;
      require(heard.from == caller_ && !down, "something came after the end of the caller");
      down = heard.kind == ipc::Kind::down;
      if (!down && heard.payload != text_of("first", size_)) {
        require(heard.payload == text_of(std::to_string(number_), size_), "a call was torn");
        ++executed;
      }
    }
    require(down && executed == (was_sent ? 1 : 0), "executed " + std::to_string(executed) + " times");
    require(probe_.is_complete(), "a bystander's message did not come");
  }

  World world_;
  bool server_is_busy_;
  Size size_;
  Nursery nursery_;
  Bystander server_;
  Probe probe_;
  World::Footprint footprint_;
  Pid caller_;
  std::uint64_t number_ = 0;
  std::uint64_t tail_before_ = 0;
};

}  // namespace

TEST_CASE("a call ends in its reply or in down, whenever the server is killed while it replies") {
  const auto sleeps_on = GENERATE(Endpoint::SleepsOn::futex, Endpoint::SleepsOn::door);
  const By by = GENERATE(By::kill, By::stop);
  Reply scenario(sleeps_on, false);
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE("a call ends in its whole reply or in down, whenever the server is killed in a large reply") {
  const By by = GENERATE(By::kill, By::stop);
  Reply scenario(Endpoint::SleepsOn::futex, false, Size::large);
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE("a server goes on and keeps nothing, whenever its caller is killed in a large call") {
  const By by = GENERATE(By::kill, By::stop);
  Call scenario(false, Size::large);
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE("a call ends in its reply or in down, whenever the server is killed in a new life's first reply") {
  Reply scenario(Endpoint::SleepsOn::futex, true);
  CHECK_NOTHROW(run(scenario));
}

TEST_CASE("a server goes on and keeps nothing, whenever its caller is killed in the call") {
  const bool server_is_busy = GENERATE(false, true);
  Call scenario(server_is_busy);
  CHECK_NOTHROW(run(scenario));
}

}  // namespace ninelives::test::stepkill
