// A sender killed or stopped at every instruction of a send: its message arrives whole or never, everybody
// else's at once, its death is told once and after its last message, and its next life sends on.
#include <catch2/catch.hpp>

#include "tests/stepkill/bystander.hpp"
#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/probe.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::Endpoint;

// What the record meets in the ring. Too little: the payload does not go through it.
enum class Room { plenty, wraps, next_page, none, too_little };

struct Case {
  const char* name;
  Endpoint::SleepsOn receiver = Endpoint::SleepsOn::futex;
  bool receiver_is_busy = false;
  Room room = Room::plenty;
};

constexpr std::size_t filler_bytes = 200;
constexpr std::size_t wrapping_bytes = 2040;  // of a payload: a record of 2080

std::string filler() { return std::string(filler_bytes, 'f'); }

// No two lives send the same, and no two bytes of it are the same by chance.
std::string message_of(const Pid& sender, Room room) {
  const std::size_t bytes = room == Room::plenty       ? 100
                            : room == Room::none       ? 1000
                            : room == Room::too_little ? ipc::inline_max + 1000
                                                       : wrapping_bytes;
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i)
    text[i] = static_cast<char>(sender.incarnation * 31 + i * 7 + i / 256);
  return text;
}

class Sender {
 public:
  Sender(Endpoint& endpoint, const ipc::Owner& to) : endpoint_(endpoint), to_(to) {}

  bool send(const std::string& payload, std::chrono::nanoseconds patience = ipc::for_ever) {
    const auto sent = endpoint_.send(to_, {.kind = ipc::Kind::cast, .payload = payload}, patience);
    if (sent) tail_ = sent->position + ipc::record_bytes(payload.size());
    return sent.has_value();
  }
  // To where a record of wrapping_bytes leaves its page and fits before: in an empty ring it goes to the
  // beginning, in another one to the next page.
  void go_to_end_of_page() {
    const std::size_t record = ipc::record_bytes(wrapping_bytes);
    do {
      send(filler());
    } while (tail_ % ipc::page_bytes + record <= ipc::page_bytes || tail_ % ipc::ring_capacity < record + 8);
  }

 private:
  Endpoint& endpoint_;
  ipc::Owner to_;
  std::uint64_t tail_ = 0;
};

class Send : public Scenario {
 public:
  explicit Send(const Case& what)
      : case_(what),
        nursery_([what, path = world_.path()](const Order& order) { live(what, path, order); }),
        receiver_(world_, "receiver", what.receiver),
        probe_(world_, receiver_) {
    receiver_.hold();  // the root has sent to it, too
    receiver_.release();
    probe_.passes();
    receiver_.settle();
    footprint_ = world_.footprint();
    sender_ = world_.allot("sender");
  }

  std::string name() const override { return std::string("send, ") + case_.name; }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }
  int stops() const override { return 2; }

  Order next_order(std::uint64_t number) override {
    sender_ = world_.next_life(sender_);
    receiver_.monitor(sender_);
    return {sender_, number, receiver_.pid()};
  }
  void is_born(pid_t process) override { world_.os_pid(sender_, process); }

  void at_stop(int stop) override {
    if (stop == 0) {
      receiver_.settle();
      if (case_.receiver_is_busy) receiver_.hold();
    } else {
      if (!receiver_.is_held()) receiver_.settle();
      tail_before_ = world_.tail(sender_, receiver_.pid());
    }
  }
  void wake() override { receiver_.release(); }
  void while_stopped() override { probe_.passes(); }

  Outcome after_kill(bool returned) override {
    probe_.passes();
    const bool was_sent = world_.tail(sender_, receiver_.pid()) != tail_before_;
    require(was_sent || !returned, "send has returned and nothing was sent");
    world_.restarting(sender_);
    if (receiver_.is_held()) receiver_.release();
    receiver_.await_down(sender_);
    receiver_.settle();
    check(was_sent);
    if (!was_sent)
      return {"never sent: bytes that nobody sees", "nobody has to; its next life writes over them"};
    if (returned) return {"sent", "nobody has to"};
    return {"sent, the bell perhaps not rung", "the notice: the receiver looks into the ring"};
  }

  void finish() override {
    world_.gone(sender_);
    receiver_.settle();
    world_.require_all_freed();
    require(world_.footprint() == footprint_, "something of the sender is left");
  }

 private:
  static void live(const Case& what, const std::filesystem::path& path, const Order& order) {
    auto endpoint = must(Endpoint::attach(path, order.me, Endpoint::SleepsOn::futex));
    Sender sender(*endpoint, {order.peer.slot, order.peer.incarnation});
    const std::string message = message_of(order.me, what.room);
    if (what.room == Room::wraps || what.room == Room::next_page) sender.go_to_end_of_page();
    sender.send(filler());
    // A former life's of this kind may have been killed half way.
    if (what.room == Room::too_little) sender.send(message);
    stop_for_the_test();
    if (what.room == Room::next_page) sender.send("the ring is not empty");
    while (what.room == Room::none && sender.send(message, ipc::no_patience)) {
    }
    stop_for_the_test();
    if (!sender.send(message)) ::_exit(1);
    operation_has_returned();
  }

  // The receiver has heard what this life has sent, whole, once, in order, and then its end.
  void check(bool was_sent) {
    const std::string message = message_of(sender_, case_.room);
    std::size_t messages = 0;
    bool down = false;
    for (const Heard& heard : receiver_.take_heard()) {
      if (probe_.takes(heard)) continue;
      require(heard.from == sender_, "something came from somebody else: " + to_string(heard.from));
      require(!down, "something came after the end of the sender");
      down = heard.kind == ipc::Kind::down;
      if (down || heard.payload == filler() || heard.payload == "the ring is not empty") continue;
      require(heard.payload == message, "a message was torn");
      ++messages;
    }
    require(down && probe_.is_complete(), "the end of the sender, or a bystander's message, did not come");
    if (case_.room != Room::none)
      require(messages == before_ + (was_sent ? 1 : 0), "not once: " + std::to_string(messages));
  }

  World world_;
  Case case_;
  Nursery nursery_;
  Bystander receiver_;
  Probe probe_;
  World::Footprint footprint_;
  Pid sender_;
  const std::size_t before_ = case_.room == Room::too_little ? 1 : 0;  // messages like that of the operation
  std::uint64_t tail_before_ = 0;
};

}  // namespace

TEST_CASE("a message of a sender that was killed in send is delivered whole or never seen") {
  const Case what = GENERATE(
      Case{"receiver asleep on its futex"}, Case{"receiver parked at its door", Endpoint::SleepsOn::door},
      Case{"receiver awake", Endpoint::SleepsOn::futex, true},
      Case{"large payload", Endpoint::SleepsOn::futex, false, Room::too_little},
      Case{"the record goes to the beginning of the ring", Endpoint::SleepsOn::futex, false, Room::wraps},
      Case{"the record goes to a page without memory", Endpoint::SleepsOn::futex, true, Room::next_page},
      Case{"the ring is full", Endpoint::SleepsOn::futex, true, Room::none});
  const By by = GENERATE(By::kill, By::stop);
  Send scenario(what);
  CHECK_NOTHROW(run(scenario, by));
}

}  // namespace ninelives::test::stepkill
