// A process killed at every instruction of its first send to another one, of which it may have made a ring, a
// mapping, some memory: its next life makes what is missing, and when it is gone nothing of it is left.
#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/stepkill/bystander.hpp"
#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/probe.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::Endpoint;

constexpr const char* first_words = "the first message that the first life sends";
constexpr const char* next_words = "the first message of the next life";

bool send(Endpoint& endpoint, const ipc::Owner& to, std::string_view text) {
  return endpoint.send(to, {.kind = ipc::Kind::cast, .payload = text}, ipc::no_patience).has_value();
}

class FirstContact : public Scenario {
 public:
  FirstContact()
      : nursery_([path = world_.path()](const Order& order) {
          auto endpoint = must(Endpoint::attach(path, order.me, Endpoint::SleepsOn::futex));
          stop_for_the_test();
          if (!send(*endpoint, {order.peer.slot, order.peer.incarnation}, first_words)) ::_exit(1);
          operation_has_returned();
        }),
        receiver_(world_, "receiver"),
        probe_(world_, receiver_) {
    receiver_.hold();  // the root has sent to it, too
    receiver_.release();
    probe_.passes();
    receiver_.settle();
    footprint_ = world_.footprint();
  }

  std::string name() const override { return "first contact and send"; }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }

  // A sender whom nobody has met.
  Order next_order(std::uint64_t number) override {
    sender_ = world_.add("sender " + std::to_string(number));
    receiver_.monitor(sender_);
    return {sender_, number, receiver_.pid()};
  }
  void is_born(pid_t process) override { world_.os_pid(sender_, process); }
  void at_stop(int /*stop*/) override { receiver_.settle(); }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    probe_.passes();
    const bool has_ring = static_cast<bool>(ring());
    const bool was_sent = world_.tail(sender_, receiver_.pid()) != 0;
    require(was_sent || !returned, "send has returned and nothing was sent");
    world_.restarting(sender_);
    receiver_.await_down(sender_);
    const Pid next = world_.next_life(sender_);
    require(send(*world_.attach(next), world_.owner(receiver_.pid()), next_words),
            "the next life cannot send");
    receiver_.await([](const Heard& heard) { return heard.payload == next_words; },
                    "the next life's message");
    check(was_sent, next);
    world_.gone(next);
    receiver_.settle();
    world_.require_all_freed();
    require(world_.footprint() == footprint_, "a file or a mapping is left of it");
    if (was_sent)
      return {"a ring with the message", "the notice: the receiver looks at who has an out bit to it"};
    if (has_ring) return {"an empty ring", "its next life adopts it; when it is gone, the root removes it"};
    return {"no ring; perhaps an out bit, a file without a name, memory for the entry",
            "its next life repeats it"};
  }

 private:
  ipc::Result<ipc::UniqueFd> ring() const {
    return world_.files().open_file(
        ipc::NodeFiles::ring(world_.owner(sender_), world_.owner(receiver_.pid())), O_RDONLY);
  }

  void check(bool was_sent, const Pid& next) {
    std::string order;
    for (const Heard& heard : receiver_.take_heard()) {
      if (probe_.takes(heard)) continue;
      require(heard.from == sender_ || heard.from == next, "something came from somebody else");
      order += heard.kind == ipc::Kind::down ? "down" : heard.payload;
      order += '|';
    }
    const std::string expected =
        (was_sent ? std::string(first_words) + '|' : "") + "down|" + next_words + '|';
    require(order == expected, "the receiver has heard: " + order);
  }

  World world_;
  Nursery nursery_;
  Bystander receiver_;
  Probe probe_;
  World::Footprint footprint_;
  Pid sender_;
};

// The target's other watcher hears of its end, and so does the next life of the one that was killed.
class Monitor : public Scenario {
 public:
  Monitor()
      : nursery_([path = world_.path()](const Order& order) {
          auto endpoint = must(Endpoint::attach(path, order.me, Endpoint::SleepsOn::futex));
          stop_for_the_test();
          endpoint->monitor(order.peer);
          operation_has_returned();
        }),
        watcher_(world_.allot("watcher")),
        target_(world_.allot("target")),
        bystander_(world_, "bystander"),
        probe_(world_, bystander_) {}

  std::string name() const override { return "monitor"; }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }

  Order next_order(std::uint64_t number) override {
    watcher_ = world_.next_life(watcher_);
    target_ = world_.next_life(target_);
    bystander_.monitor(target_);
    return {watcher_, number, target_};
  }
  void is_born(pid_t process) override { world_.os_pid(watcher_, process); }
  void at_stop(int /*stop*/) override { bystander_.settle(); }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    world_.restarting(watcher_);
    watcher_ = world_.next_life(watcher_);
    const auto next = world_.attach(watcher_);
    const std::uint64_t ref = next->monitor(target_);
    require(!next->next(), "a life hears what a former one has asked for");
    world_.restarting(target_);
    next->wait(ipc::deadline_after(Bystander::bound));
    const ipc::Received* down = next->next();
    require(down && down->kind == ipc::Kind::down && down->ref == ref && down->from == target_,
            "the next life does not hear of the end");
    require(!next->next(), "the next life hears of it twice");
    world_.restarting(watcher_);
    bystander_.await_down(target_);
    probe_.passes();
    int downs = 0;
    for (const Heard& heard : bystander_.take_heard()) downs += probe_.takes(heard) ? 0 : 1;
    require(downs == 1, "a bystander hears of it " + std::to_string(downs) + " times");
    return {returned ? "a watchers bit" : "perhaps a watchers bit",
            "nobody has to: rung for nothing at most"};
  }

 private:
  World world_;
  Nursery nursery_;
  Pid watcher_;
  Pid target_;
  Bystander bystander_;
  Probe probe_;
};

// The root is killed while it makes a box; whoever repeats it makes it whole.
class CreateBox : public Scenario {
 public:
  CreateBox()
      : nursery_([this](const Order& order) {
          stop_for_the_test();
          if (!ipc::create_box(world_.files(), owner(order.number))) ::_exit(1);
          operation_has_returned();
        }),
        footprint_(world_.footprint()) {}

  std::string name() const override { return "create_box"; }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }
  Order next_order(std::uint64_t number) override { return {{}, number_ = number, {}}; }

  Outcome after_kill(bool returned) override {
    const std::size_t made = world_.footprint().files - footprint_.files;
    must(ipc::create_box(world_.files(), owner(number_)));
    must(ipc::BoxView::open(world_.files(), owner(number_)));
    require(world_.footprint().files == footprint_.files + 3, "a box is not three files");
    ipc::remove_box(world_.files(), owner(number_));
    require(world_.footprint() == footprint_, "a file is left of the box");
    if (returned) return {"a box", "nobody has to"};
    return {std::to_string(made) + " of its three files", "whoever makes it again, or removes it"};
  }

 private:
  // A slot that nobody has; numbers of one width, so that the names are as long as each other.
  static ipc::Owner owner(std::uint64_t number) { return {100, 100'000 + number}; }

  World world_;
  Nursery nursery_;
  World::Footprint footprint_;
  std::uint64_t number_ = 0;
};

}  // namespace

TEST_CASE("of a process that is killed in first contact nothing is left, and its next life makes it") {
  const By by = GENERATE(By::kill, By::stop);
  FirstContact scenario;
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE("a watcher that is killed in monitor leaves nothing that anybody hears") {
  const By by = GENERATE(By::kill, By::stop);
  Monitor scenario;
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE("a box that was made by half is made whole by whoever repeats it") {
  CreateBox scenario;
  CHECK_NOTHROW(run(scenario));
}

}  // namespace ninelives::test::stepkill
