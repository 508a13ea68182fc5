// One endpoint among a vandal, who scribbles over everything that it has mapped writable at any time, and an
// honest peer: whatever is in bells, in the vandal's ring and box, and in what an earlier life left behind,
// each step ends, and what the honest peer sends arrives once and in order.
#include <cstring>
#include <fcntl.h>
#include <fuzzer/FuzzedDataProvider.h>
#include <optional>
#include <string>

#include "tests/fuzz/require.hpp"
#include "tests/support/mail.hpp"
#include "tests/support/test_node.hpp"

namespace {

using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::fuzz::require;
using ninelives::test::cast;
using ninelives::test::TestNode;

constexpr Deadline long_ago{};

Mapping map_file(const TestNode& node, const std::string& name, std::size_t bytes) {
  const UniqueFd fd = TestNode::must(node.files.open_file(name, O_RDWR));
  return TestNode::must(Mapping::map(fd.get(), Access::write, 0, bytes));
}

class Run {
 public:
  explicit Run(FuzzedDataProvider& input)
      : input_(input),
        sleeps_on_(input.ConsumeBool() ? Endpoint::SleepsOn::door : Endpoint::SleepsOn::futex),
        victim_(node_.add("victim")),
        peer_(node_.add("peer")),
        vandal_(node_.add("vandal")) {
    p_ = node_.attach(peer_);
    v_ = node_.attach(vandal_);
    victims_box_ = map_box(victim_);
    vandals_box_ = map_box(vandal_);
    send(*v_, victim_, "hello");  // which makes the ring
    send(*v_, peer_, "hello");
    vandals_ring_ =
        map_file(node_, NodeFiles::ring(node_.owner(vandal_), node_.owner(victim_)), sizeof(Ring));
  }

  void operator()() {
    for (int send = input_.ConsumeIntegralInRange(0, 3); send > 0; --send) peer_sends();
    if (input_.ConsumeBool()) leave_an_earlier_life();
    for (int scribbled = input_.ConsumeIntegralInRange(0, 3); scribbled > 0; --scribbled) {
      scribble();
      scribble_as_earlier_life();
    }
    if (victims_box_.as<Box>()->status.started == victim_.incarnation)
      return;  // that is refused, and has a test
    w_ = node_.attach(victim_, sleeps_on_);
    constexpr int most_steps = 48;
    for (int steps = 0; input_.remaining_bytes() > 0 && steps < most_steps; ++steps) step();
    hear_the_last_word();
  }

 private:
  Mapping map_box(const Pid& pid) const {
    return map_file(node_, NodeFiles::box(node_.owner(pid)), entries_offset + page_bytes);
  }

  void step() {
    switch (input_.ConsumeIntegralInRange(0, 13)) {
      case 0:
        return w_->wait(long_ago);
      case 1:
        return w_->look_everywhere();
      case 2:
        return sleep_outside();
      case 3:
        return send(*w_, any_other(), "a word");
      case 4:
        return call(any_other());
      case 5:
        return w_->reply(any_other(), Kind::reply, input_.ConsumeIntegral<std::uint8_t>(), "an answer");
      case 6:
        return static_cast<void>(last_monitor_ = w_->monitor(any_other()));
      case 7:
        return w_->demonitor(last_monitor_);
      case 8:
        return peer_sends();
      case 9:
        return next_life_of_vandal();
      case 10:
      case 11:
        return static_cast<void>(hear());
      default:
        return scribble();
    }
  }

  Pid any_other() { return input_.ConsumeBool() ? peer_ : vandal_; }

  void sleep_outside() {
    if (sleeps_on_ == Endpoint::SleepsOn::door && w_->park()) w_->unpark();
    w_->collect();
  }

  void next_life_of_vandal() {
    const bool restarts = input_.ConsumeBool();
    v_.reset();
    node_.end(vandal_, restarts ? RowState::restarting : RowState::stopped, ExitReason::killed());
    vandal_ = node_.start({vandal_.slot, vandal_.incarnation + 1});
    if (vandals_box_.as<Box>()->status.started == vandal_.incarnation) return;
    v_ = node_.attach(vandal_);
    send(*v_, victim_, "here again");
  }

  void leave_an_earlier_life() {
    w_ = node_.attach(victim_, sleeps_on_);
    for (int taken = input_.ConsumeIntegralInRange(0, 3); taken > 0; --taken) hear();
    w_.reset();
    victim_ = node_.restart(victim_);
  }

  // Whatever becomes of it.
  void send(Endpoint& from, const Pid& to, std::string_view text) {
    [[maybe_unused]] const auto sent = from.send(node_.owner(to), cast(text), no_patience);
  }
  void call(const Pid& server) {
    [[maybe_unused]] const auto outcome = w_->call(node_.owner(server), 1, "well?", no_patience);
  }

  void peer_sends() {
    const std::string number = std::to_string(sent_);
    if (p_->send(node_.owner(victim_), cast(number), no_patience)) ++sent_;
  }

  // ---- what a vandal can reach

  void scribble() {
    switch (input_.ConsumeIntegralInRange(0, 4)) {
      case 0:
        return scribble_over(victims_box_, bell_offset, sizeof(Bell));
      case 1:
        return scribble_over(vandals_ring_, 0, sizeof(RingHeader));
      case 2:
        return scribble_over(vandals_ring_, page_bytes, page_bytes);
      case 3:
        return fill_ring();
      default:
        return scribble_over(vandals_box_, 0, entries_offset + page_bytes);
    }
  }

  // Records all around, without an end: their reader takes for ever, and must not forget the others.
  void fill_ring() {
    const std::size_t length = line_bytes << input_.ConsumeIntegralInRange(0U, 8U);
    const auto kind = static_cast<Kind>(input_.ConsumeIntegralInRange<std::uint8_t>(0, 10));
    const std::uint64_t cursor = victims_box_.as<Box>()->entries[vandal_.slot].cursor;
    const std::size_t begin = cursor % ring_capacity / 8 * 8;
    fill(begin, ring_capacity, length, kind);
    fill(0, begin, length, kind);
  }

  void fill(std::size_t place, std::size_t end, std::size_t length, Kind kind) {
    while (place < end) {
      const std::size_t taken = end - place < 2 * length ? end - place : length;
      auto& record = *vandals_ring_.as<RecordHeader>(page_bytes + place);
      if (taken >= sizeof record) record.dest_inc = victim_.incarnation, record.bytes = 0;
      record.commit = Commit{static_cast<std::uint32_t>(taken), kind}.pack();
      place += taken;
    }
  }

  // Its own word about the honest peer's ring is what it is for: that much an owner must leave whole.
  void scribble_as_earlier_life() {
    scribble_over(victims_box_, status_offset, sizeof(Status));
    scribble_over(victims_box_, entries_offset + vandal_.slot * sizeof(Entry), sizeof(Entry));
  }

  void scribble_over(const Mapping& pages, std::size_t begin, std::size_t bytes) {
    const auto at = 8 * input_.ConsumeIntegralInRange<std::size_t>(0, bytes / 8 - 1);
    std::string garbage = input_.ConsumeRandomLengthString(64);
    if (input_.ConsumeBool()) garbage.resize(512, garbage.empty() ? '\xff' : garbage.back());
    std::memcpy(pages.as<std::byte>(begin + at), garbage.data(), std::min(garbage.size(), bytes - at));
  }

  // ---- what must hold

  bool hear() {
    const Received* received = w_->next();
    if (!received) return false;
    if (received->from.slot != peer_.slot || received->kind != Kind::cast) return true;
    if (received->payload == "the last word") return heard_last_word_ = true;
    require(received->payload == std::to_string(heard_), "what the peer sends arrives once and in order");
    return ++heard_, true;
  }

  // Everybody but the two may have gone mad; the backstop, which is 30 seconds away for a worker, is one call
  // here.
  void hear_the_last_word() {
    // A turn of each of the four rings, of which a garbled one may hold as many records as fit.
    constexpr int most_messages = 4 * ring_capacity / sizeof(RecordHeader);
    bool said = false;
    for (int heard = 0; heard < most_messages && !heard_last_word_; ++heard) {
      if (!said) said = p_->send(node_.owner(victim_), cast("the last word"), no_patience).has_value();
      if (hear()) continue;
      w_->wait(long_ago);
      if (!hear()) w_->look_everywhere();
    }
    require(heard_last_word_ && heard_ == sent_, "what the peer sends arrives");
  }

  FuzzedDataProvider& input_;
  const Endpoint::SleepsOn sleeps_on_;
  TestNode node_;
  Pid victim_, peer_, vandal_;
  std::unique_ptr<Endpoint> w_, p_, v_;
  Mapping victims_box_, vandals_box_, vandals_ring_;
  std::uint64_t last_monitor_ = 0;
  std::uint64_t sent_ = 0, heard_ = 0;
  bool heard_last_word_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Run run(input);
  run();
  return 0;
}
