// Pairs of operations about messages.
#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/stepkill/pair_world.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::Endpoint;

// A process is killed in send while its receiver goes to sleep.
class SendAndSleep : public PairWorld {
 public:
  explicit SendAndSleep(Size size)
      : size_(size),
        senders_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          const std::string text = text_of("from " + std::to_string(order.number), size_);
          require(send(*endpoint, owner(order), text_of("hello", size_)), "send");
          stop_for_the_test();
          if (!send(*endpoint, owner(order), text)) ::_exit(1);
          operation_has_returned();
        }),
        receivers_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          endpoint->monitor(order.peer);
          while (const ipc::Received* received = endpoint->next()) note(*received, size_);
          endpoint->wait(ipc::Clock::now());  // spins in vain, so that it does not do so in the operation
          stop_for_the_test();
          if (const ipc::Received* received = endpoint->next()) note(*received, size_);
          endpoint->wait(ipc::no_deadline);
          operation_is_over();
          hear(*endpoint, size_);
        }) {}

  std::string name() const override {
    return std::string("pair: send, and its receiver going to sleep") +
           (size_ == Size::large ? ", large payload" : "");
  }
  const Nursery& nursery_of_killed() const override { return senders_; }
  const Nursery& nursery_of_held() const override { return receivers_; }

  Orders next_orders(std::uint64_t number) override {
    number_ = number;
    sender_ = world_.next_life(sender_);
    receiver_ = world_.next_life(receiver_);
    return {{sender_, number, {receiver_.slot, world_.owner(receiver_).owner_inc}},
            {receiver_, number, sender_}};
  }
  void are_born(pid_t killed, pid_t held) override {
    world_.os_pid(sender_, killed);
    world_.os_pid(receiver_, held);
  }
  bool killed_comes_first() const override { return true; }
  void stand_before() override { before_ = world_.tail(sender_, receiver_); }
  void tell() override {
    was_sent_ = world_.tail(sender_, receiver_) != before_;
    world_.restarting(sender_);
  }
  Outcome check() override {
    require(send(*third_, world_.owner(receiver_), text_of("third", size_)), "a third process cannot send");
    await([&] { return is_noted(ipc::Kind::down, sender_); }, "the end of the sender");
    await([&] { return heard_from(third_->self()) == "third|"; }, "a third process's message");
    const std::string expected =
        was_sent_ ? "hello|from " + std::to_string(number_) + "|down|" : std::string("hello|down|");
    require(heard_from(sender_) == expected, "the receiver has heard: " + heard_from(sender_));
    return was_sent_ ? Outcome{"delivered", ""} : Outcome{"never seen", ""};
  }
  void end_round() override {
    world_.restarting(receiver_);
    notes_.clear();
  }

 private:
  static ipc::Owner owner(const Order& order) { return {order.peer.slot, order.peer.incarnation}; }

  Size size_;
  Nursery senders_;
  Nursery receivers_;
  std::unique_ptr<Endpoint> third_ = world_.attach(world_.add("third"));
  Pid sender_ = world_.allot("sender");
  Pid receiver_ = world_.allot("receiver");
  std::uint64_t number_ = 0;
  std::uint64_t before_ = 0;
  bool was_sent_ = false;
};

// A process is killed in receive while another one sends to it.
class ReceiveAndSend : public PairWorld {
 public:
  explicit ReceiveAndSend(Size size)
      : size_(size),
        receivers_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          while (endpoint->next()) {
          }
          stop_for_the_test();
          while (!endpoint->next()) endpoint->wait(ipc::no_deadline);
          operation_has_returned();
        }),
        senders_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          const ipc::Owner to{order.peer.slot, order.peer.incarnation};
          require(send(*endpoint, to, text_of("hello", size_)), "send");
          const std::string text = text_of("from " + std::to_string(order.number), size_);
          stop_for_the_test();
          const bool sent = send(*endpoint, to, text);
          operation_is_over();
          notes_.write(ipc::Kind::cast, order.me, sent ? 1 : 0, sent ? "sent" : "not sent");
          hear(*endpoint);
        }) {}

  std::string name() const override {
    return std::string("pair: receive, and a process sending to it") +
           (size_ == Size::large ? ", large payload" : "");
  }
  const Nursery& nursery_of_killed() const override { return receivers_; }
  const Nursery& nursery_of_held() const override { return senders_; }

  Orders next_orders(std::uint64_t number) override {
    number_ = number;
    sender_ = world_.next_life(sender_);
    receiver_ = world_.next_life(receiver_);
    return {{receiver_, number, {}}, {sender_, number, {receiver_.slot, world_.owner(receiver_).owner_inc}}};
  }
  void are_born(pid_t killed, pid_t held) override {
    world_.os_pid(receiver_, killed);
    world_.os_pid(sender_, held);
  }
  void tell() override {
    cursor_ = world_.cursor(sender_, receiver_);
    world_.restarting(receiver_);
  }

  // What the dead had not taken is for its next life, whole and once.
  Outcome check() override {
    await([&] { return notes_.size() > 0; }, "the end of a send");
    require(heard_from(sender_) == "sent|", "a live process could not send");
    const std::uint64_t tail = world_.tail(sender_, receiver_);
    const std::string text = text_of("from " + std::to_string(number_), size_);
    receiver_ = world_.next_life(receiver_);
    const auto endpoint = world_.attach(receiver_);
    int times = 0;
    while (const ipc::Received* received = endpoint->next()) {
      if (received->payload == text_of("hello", size_)) continue;
      require(received->payload == text, "a message was torn: " + small_part(received->payload));
      ++times;
    }
    require(world_.cursor(sender_, receiver_) == tail, "a message was left");
    const bool was_taken = cursor_ == tail;
    require(times == (was_taken ? 0 : 1), "the next life has taken it " + std::to_string(times) + " times");
    world_.restarting(receiver_);
    return was_taken ? Outcome{"taken by the dead", ""} : Outcome{"taken by its next life", ""};
  }
  void end_round() override {
    world_.restarting(sender_);
    notes_.clear();
  }

 private:
  Size size_;
  Nursery receivers_;
  Nursery senders_;
  Pid sender_ = world_.allot("sender");
  Pid receiver_ = world_.allot("receiver");
  std::uint64_t number_ = 0;
  std::uint64_t cursor_ = 0;
};

// Two processes that nobody has met send to each other for the first time, and one of them is killed.
class FirstContacts : public PairWorld {
 public:
  FirstContacts()
      : killed_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          stop_for_the_test();
          if (!send(*endpoint, {order.peer.slot, order.peer.incarnation}, "from the one who is killed"))
            ::_exit(1);
          operation_has_returned();
        }),
        held_([this](const Order& order) {
          auto endpoint = attach(node(), order.me);
          endpoint->monitor(order.peer);
          stop_for_the_test();
          require(send(*endpoint, {order.peer.slot, order.peer.incarnation}, "from the one who is held"),
                  "send");
          operation_is_over();
          hear(*endpoint);
        }),
        files_(world_.footprint().files) {}

  std::string name() const override { return "pair: two first contacts with each other"; }
  const Nursery& nursery_of_killed() const override { return killed_; }
  const Nursery& nursery_of_held() const override { return held_; }

  // Both are the first lives of their slots, so that the pid names the owner, too.
  Orders next_orders(std::uint64_t number) override {
    one_ = world_.add("one");
    other_ = world_.add("other");
    return {{one_, number, other_}, {other_, number, one_}};
  }
  void are_born(pid_t killed, pid_t held) override {
    world_.os_pid(one_, killed);
    world_.os_pid(other_, held);
  }
  void tell() override {
    was_sent_ = world_.tail(one_, other_) != 0;
    world_.restarting(one_);
  }
  Outcome check() override {
    await([&] { return is_noted(ipc::Kind::down, one_); }, "the end of the one who was killed");
    const std::string expected = was_sent_ ? "from the one who is killed|down|" : "down|";
    require(heard_from(one_) == expected, "the one who was held has heard: " + heard_from(one_));
    one_ = world_.next_life(one_);
    const auto endpoint = world_.attach(one_);
    const ipc::Received* received = endpoint->next();
    require(received && received->payload == "from the one who is held", "the next life does not hear it");
    require(send(*endpoint, world_.owner(other_), "from its next life"), "the next life cannot send");
    await([&] { return heard_from(one_) == "from its next life|"; }, "the next life's message");
    return was_sent_ ? Outcome{"delivered", ""} : Outcome{"never seen", ""};
  }
  void end_round() override {
    world_.gone(one_);
    world_.gone(other_);
    world_.require_all_freed();
    require(world_.footprint().files == files_, "a file is left of them");
    notes_.clear();
  }

 private:
  Nursery killed_;
  Nursery held_;
  std::size_t files_;
  Pid one_;
  Pid other_;
  bool was_sent_ = false;
};

// Two processes send to the same one.
class TwoSenders : public PairWorld {
 public:
  TwoSenders()
      : killed_([this](const Order& order) {
          live(order);
          operation_has_returned();
        }),
        held_([this](const Order& order) {
          const auto endpoint = live(order);
          operation_is_over();
          hear(*endpoint);
        }),
        receiver_(world_, "receiver") {}

  std::string name() const override { return "pair: two sends to a process that sleeps"; }
  const Nursery& nursery_of_killed() const override { return killed_; }
  const Nursery& nursery_of_held() const override { return held_; }

  Orders next_orders(std::uint64_t number) override {
    number_ = number;
    one_ = world_.next_life(one_);
    other_ = world_.next_life(other_);
    receiver_.monitor(one_);
    return {{one_, number, receiver_.pid()}, {other_, number, receiver_.pid()}};
  }
  void are_born(pid_t killed, pid_t held) override {
    world_.os_pid(one_, killed);
    world_.os_pid(other_, held);
  }
  void stand_before() override {
    receiver_.settle();
    before_ = world_.tail(one_, receiver_.pid());
  }
  void tell() override {
    was_sent_ = world_.tail(one_, receiver_.pid()) != before_;
    world_.restarting(one_);
  }
  Outcome check() override {
    receiver_.await_down(one_);
    receiver_.await(
        [&](const Heard& heard) {
          return heard.from == other_ && heard.payload == "number " + std::to_string(number_);
        },
        "the message of the one who was held");
    std::string order;
    for (const Heard& heard : receiver_.take_heard()) {
      if (heard.from == one_) order += (heard.kind == ipc::Kind::down ? "down" : heard.payload) + '|';
    }
    const std::string expected =
        was_sent_ ? "hello|number " + std::to_string(number_) + "|down|" : std::string("hello|down|");
    require(order == expected, "the receiver has heard: " + order);
    return was_sent_ ? Outcome{"delivered", ""} : Outcome{"never seen", ""};
  }
  void end_round() override { world_.restarting(other_); }

 private:
  std::unique_ptr<Endpoint> live(const Order& order) {
    auto endpoint = attach(node(), order.me);
    const ipc::Owner to{order.peer.slot, order.peer.incarnation};
    require(send(*endpoint, to, "hello"), "send");
    const std::string text = "number " + std::to_string(order.number);
    stop_for_the_test();
    if (!send(*endpoint, to, text)) ::_exit(1);
    return endpoint;
  }

  Nursery killed_;
  Nursery held_;
  Bystander receiver_;
  Pid one_ = world_.allot("one");
  Pid other_ = world_.allot("other");
  std::uint64_t number_ = 0;
  std::uint64_t before_ = 0;
  bool was_sent_ = false;
};

}  // namespace

TEST_CASE("pairs: a receiver that goes to sleep while its sender is killed misses nothing") {
  SendAndSleep scenario(GENERATE(Size::small, Size::large));
  CHECK_NOTHROW(run_pairs(scenario));
}

TEST_CASE("pairs: what is sent while its receiver is killed is taken once, by it or by its next life") {
  ReceiveAndSend scenario(GENERATE(Size::small, Size::large));
  CHECK_NOTHROW(run_pairs(scenario));
}

TEST_CASE(
    "pairs: of two that meet for the first time while one is killed, the other one and its next life go on") {
  FirstContacts scenario;
  CHECK_NOTHROW(run_pairs(scenario));
}

TEST_CASE("pairs: a sender gets through to a process that sleeps while another one is killed in send") {
  TwoSenders scenario;
  CHECK_NOTHROW(run_pairs(scenario));
}

}  // namespace ninelives::test::stepkill
