// A receiver killed or stopped at every instruction of its receiving, and of the start of a life that finds
// messages waiting: each message is handled once, in order, by this life or a later one; at most the one that
// it was handling is lost with it.
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include "tests/stepkill/campaign.hpp"
#include "tests/stepkill/markers.hpp"
#include "tests/stepkill/payload.hpp"
#include "tests/stepkill/world.hpp"

namespace ninelives::test::stepkill {
namespace {

using ipc::Endpoint;

// What was handled, by which life: in memory that outlives the lives.
class Ledger {
 public:
  struct Line {
    Slot sender;
    std::uint64_t number;
    Incarnation by;
  };
  static constexpr std::size_t most = 1 << 17;

  Ledger() {
    void* memory = ::mmap(nullptr, sizeof(Pages), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "mmap");
    pages_ = static_cast<Pages*>(memory);
  }
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  ~Ledger() { ::munmap(pages_, sizeof(Pages)); }

  void write(const Line& line) {
    const std::size_t at = pages_->size.load();
    require(at < most, "the ledger is full");
    pages_->lines[at] = line;
    pages_->size.store(at + 1);
  }
  std::size_t size() const { return pages_->size.load(); }
  const Line& operator[](std::size_t index) const { return pages_->lines[index]; }

 private:
  struct Pages {
    std::atomic<std::size_t> size;
    std::array<Line, most> lines;
  };
  Pages* pages_;
};

enum class Operation { next, all, sleep, start };

struct Case {
  const char* name;
  Operation operation;
  Endpoint::SleepsOn sleeps_on = Endpoint::SleepsOn::futex;
  bool keeps_mailbox = true;
  Size size = Size::small;
};

class Receive : public Scenario {
 public:
  explicit Receive(const Case& what)
      : case_(what),
        nursery_([this](const Order& order) { live(order); }),
        senders_{world_.attach(world_.add("one")), world_.attach(world_.add("two"))},
        files_(world_.footprint().files),
        receiver_(world_.allot("receiver", what.keeps_mailbox)) {}

  std::string name() const override { return std::string("receive, ") + case_.name; }
  const Nursery& nursery() const override { return nursery_; }
  const std::filesystem::path& node() const override { return world_.path(); }
  std::size_t notes() const override { return ledger_.size(); }
  int stops() const override { return case_.operation == Operation::start ? 1 : 2; }

  Order next_order(std::uint64_t number) override {
    receiver_ = world_.next_life(receiver_);
    return {receiver_, number, {}};
  }
  void is_born(pid_t process) override { world_.os_pid(receiver_, process); }

  // At the first stop all that was waiting has been handled: what is missing by now is lost.
  void at_stop(int /*stop*/) override {
    if (stops() == 2 && ++stops_seen_ % 2 == 1) return check();
    lines_before_ = ledger_.size();
    if (case_.operation == Operation::sleep) return;
    const bool enough_is_waiting = ends_[0].size() > due_[0] + 20;
    if (enough_is_waiting) return;
    send(0);
    send(1);
    send(0);
  }
  void wake() override {
    require(case_.operation == Operation::sleep, "asleep though messages were waiting");
    send(0);
  }
  void while_stopped() override { send(1); }

  Outcome after_kill(bool returned) override {
    const std::size_t handled = ledger_.size() - lines_before_;
    world_.restarting(receiver_);
    check();
    const std::size_t lost = lose_what_was_in_its_hands();
    if (returned) return {"all taken", "nobody has to"};
    if (handled == 0 && lost == 0) return {"nothing taken", "its next life takes what is there"};
    if (lost > 0)
      return {"a message taken and not handled", "nobody: at most once, and its caller hears of a down"};
    return {"some handled", "its next life takes the rest"};
  }

  // One life that is not killed takes what is left.
  void finish() override {
    receiver_ = world_.next_life(receiver_);
    {
      const auto endpoint = world_.attach(receiver_);
      take_all(*endpoint, receiver_);
      check();
    }
    for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
      require(due_[sender] == ends_[sender].size() || !case_.keeps_mailbox, "the last messages are lost");
    }
    world_.gone(receiver_);
    world_.require_all_freed();
    require(world_.footprint().files == files_, "a file is left of the receiver, or of what was sent to it");
  }

 private:
  // A sender's numbers count up from 0; with drop, each is for one life alone.
  void send(std::size_t sender) {
    const std::string text = text_of(
        std::to_string(ends_.at(sender).size()) + ' ' + std::to_string(receiver_.incarnation), case_.size);
    const auto sent = senders_.at(sender)->send(world_.owner(receiver_),
                                                {.kind = ipc::Kind::cast, .payload = text}, ipc::no_patience);
    require(sent.has_value(), "a live sender cannot send: " + (sent ? "" : sent.error().text));
    ends_[sender].push_back(world_.tail(senders_[sender]->self(), receiver_));
  }

  void take_all(Endpoint& endpoint, const Pid& me) {
    while (const ipc::Received* received = endpoint.next()) handle(*received, me);
  }
  void handle(const ipc::Received& received, const Pid& me) {
    std::size_t after_number = 0;
    const std::string text(received.payload);
    const std::uint64_t number = std::stoull(text, &after_number);
    const Incarnation meant_for = std::stoull(text.substr(after_number));
    require(text == text_of(small_part(text), case_.size), "a message was torn");
    require(case_.keeps_mailbox || meant_for == me.incarnation, "handles what was for a dropped life");
    ledger_.write({received.from.slot, number, me.incarnation});
  }

  void live(const Order& order) {
    std::unique_ptr<Endpoint> endpoint;
    if (case_.operation != Operation::start) {
      endpoint = must(Endpoint::attach(world_.path(), order.me, case_.sleeps_on));
      take_all(*endpoint, order.me);
      stop_for_the_test();
    }
    stop_for_the_test();
    switch (case_.operation) {
      case Operation::next:
        if (!endpoint->next()) ::_exit(1);
        break;
      case Operation::sleep:
        while (!endpoint->next()) endpoint->wait(ipc::no_deadline);
        break;
      case Operation::start:
        endpoint = must(Endpoint::attach(world_.path(), order.me, case_.sleeps_on));
        [[fallthrough]];
      case Operation::all:
        take_all(*endpoint, order.me);
        break;
    }
    operation_has_returned();
  }

  // Each sender's numbers come in order, each once.
  void check() {
    for (; checked_ < ledger_.size(); ++checked_) {
      const Ledger::Line line = ledger_[checked_];
      const std::size_t sender = line.sender == senders_[0]->self().slot ? 0 : 1;
      require(line.number >= due_[sender], "handled twice or out of order: " + std::to_string(line.number));
      require(line.number < ends_[sender].size(), "handled and never sent");
      require(line.number == due_[sender] || !case_.keeps_mailbox, "lost: " + std::to_string(due_[sender]));
      due_[sender] = line.number + 1;
    }
  }

  // What the dead life has taken is not handled again: it is lost, and must not be more than one message.
  std::size_t lose_what_was_in_its_hands() {
    std::size_t lost = 0;
    for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
      const std::uint64_t cursor = world_.cursor(senders_[sender]->self(), receiver_);
      while (due_[sender] < ends_[sender].size() && ends_[sender][due_[sender]] <= cursor) {
        ++due_[sender];
        ++lost;
      }
    }
    require(lost <= 1 || !case_.keeps_mailbox, "more was lost than the message in its hands");
    return lost;
  }

  World world_;
  Case case_;
  Ledger ledger_;
  Nursery nursery_;
  std::array<std::unique_ptr<Endpoint>, 2> senders_;
  std::size_t files_;
  Pid receiver_;
  std::array<std::vector<std::uint64_t>, 2> ends_;  // of the records sent, by number
  std::array<std::size_t, 2> due_{};                // the number to be handled next
  std::size_t checked_ = 0;
  std::size_t lines_before_ = 0;
  std::uint64_t stops_seen_ = 0;
};

}  // namespace

TEST_CASE("a receiver that is killed while it takes a large message loses at most this one") {
  const Case what =
      GENERATE(Case{"one large message", Operation::next, Endpoint::SleepsOn::futex, true, Size::large},
               Case{"start of a life, large messages", Operation::start, Endpoint::SleepsOn::futex, true,
                    Size::large});
  const By by = GENERATE(By::kill, By::stop);
  Receive scenario(what);
  CHECK_NOTHROW(run(scenario, by));
}

TEST_CASE("a receiver that is killed while it receives loses at most the message in its hands") {
  using enum Operation;
  const Case what = GENERATE(
      Case{"one message", next}, Case{"all messages", all}, Case{"asleep on its futex", sleep},
      Case{"asleep at its door", sleep, Endpoint::SleepsOn::door}, Case{"start of a life, keep", start},
      Case{"start of a life, drop", start, Endpoint::SleepsOn::futex, false});
  const By by = GENERATE(By::kill, By::stop);
  Receive scenario(what);
  CHECK_NOTHROW(run(scenario, by));
}

}  // namespace ninelives::test::stepkill
