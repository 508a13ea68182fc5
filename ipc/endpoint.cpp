// Attaching, sleeping and waking. Sending, receiving and calling have files of their own.
#include "ipc/endpoint.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "ipc/activity.hpp"
#include "ipc/futex.hpp"
#include "ipc/poison.hpp"
#include "ipc/ring_file.hpp"

namespace ninelives::ipc {

Endpoint::Endpoint(NodeFiles files, TableView table, const Pid& me, const Owner& owner, Mapping own_box,
                   SleepsOn sleeps_on)
    : files_(std::move(files)),
      table_(std::move(table)),
      me_(me),
      owner_(owner),
      own_box_(std::move(own_box)),
      sleeps_on_(sleeps_on) {}

Endpoint::~Endpoint() = default;

Result<std::unique_ptr<Endpoint>> Endpoint::attach(const std::filesystem::path& node, const Pid& me,
                                                   SleepsOn sleeps_on) {
  auto files = NodeFiles::open(node);
  if (!files) return std::unexpected(files.error());
  auto table = TableView::open(*files);
  if (!table) return std::unexpected(table.error());
  const RowWord word = table->state(me.slot);
  if (word.incarnation != me.incarnation || !word.is_alive()) {
    return fault("process " + to_string(me) + " is not, or no longer, one of node " +
                 std::string(table->node()));
  }
  if (table->row(me.slot).os_pid.load() != static_cast<std::uint32_t>(::getpid())) {
    return fault("this process is not " + to_string(me) +
                 ", it only descends from it: a mailbox is for that process alone");
  }
  const Owner owner{me.slot, table->owner_inc(me.slot)};
  auto fd = files->open_mappable(NodeFiles::box(owner), O_RDWR, sizeof(Box), entries_offset);
  if (!fd) return std::unexpected(fd.error());
  auto box = Mapping::map(fd->get(), Access::write, 0, sizeof(Box));
  if (!box) return std::unexpected(box.error());
  if (box->as<Box>()->status.started.load() == me.incarnation) {
    return fault("process " + to_string(me) +
                 " has attached before: a program that replaces itself by exec is a new life, which only its "
                 "supervisor can give");
  }
  std::unique_ptr<Endpoint> endpoint(
      new Endpoint(std::move(*files), std::move(*table), me, owner, std::move(*box), sleeps_on));
  if (sleeps_on == SleepsOn::door) {
    auto door = endpoint->files_.open_file(NodeFiles::door(owner), O_RDWR | O_NONBLOCK);
    if (!door) return std::unexpected(door.error());
    endpoint->door_ = std::move(*door);
  }
  endpoint->start_life();
  return endpoint;
}

// Whatever an earlier life had rung and collected is lost with its memory: so a new life looks at everything
// once.
void Endpoint::start_life() {
  const Row& row = table_.row(me_.slot);
  accept_from_ = row.accept_from.load(std::memory_order::acquire);
  supervisor_ = row.supervisor.load(std::memory_order::acquire);
  reset_activity(status());
  status().started.store(me_.incarnation, std::memory_order::seq_cst);
  bell().futex_word.store(awake, std::memory_order::seq_cst);
  unpark();
  look_everywhere();
}

// As sys counts them: signals are none of the server's messages.
void Endpoint::count_in(Kind kind) {
  if (!may_be_for_next_life(kind)) return;
  status().activity.messages_in.store(++messages_in_, std::memory_order::relaxed);
}

void Endpoint::count_out(Kind kind) {
  const bool counts = may_be_for_next_life(kind) || kind == Kind::reply || kind == Kind::refusal;
  if (counts) status().activity.messages_out.store(++messages_out_, std::memory_order::relaxed);
}

// Null: there is no memory for it. The sender has seen to that before its first commit; but one may look
// earlier.
Entry* Endpoint::own_entry(Slot sender) const {
  auto& entries = own_box_.as<Box>()->entries;
  Entry& first_of_page = entries[sender / entries_per_page * entries_per_page];
  return populate(&first_of_page, page_bytes) ? &entries[sender] : nullptr;
}

Peer& Endpoint::meet(Slot slot) {
  if (slot >= peers_.size()) peers_.resize(slot + 1);
  if (!peers_[slot]) peers_[slot] = std::make_unique<Peer>();
  return *peers_[slot];
}

// ---- sleeping

// What next() has left for a later turn has no bit in the bell any more.
bool Endpoint::park() { return ready_.empty() && !has_news() && ninelives::ipc::park(bell()); }

// The door is emptied only while not parked: a knock that is swallowed after the last look at the bits would
// be a lost wake-up.
void Endpoint::unpark() {
  ninelives::ipc::unpark(bell());
  std::array<char, 4096> knocks;
  // At most what a FIFO holds: somebody who never stops knocking must not keep its owner at the door.
  constexpr int most_reads = 16;
  for (int i = 0; door_ && i < most_reads && ::read(door_.get(), knocks.data(), knocks.size()) > 0; ++i) {
  }
}

void Endpoint::wait(Deadline deadline) {
  const bool polls_ring = !deferred_.contains(current_);
  if (has_news()) return;
  auto poll = [&] { return (polls_ring && has_more(current_)) || anything_rung_but(bell(), current_); };
  if (!spin(poll)) sleep_for(deadline, AnySlot{}, poll);
}

// When to look everywhere even if nobody rings; soon, if something that was rung could not be looked at.
Deadline Endpoint::next_look() const {
  constexpr std::chrono::milliseconds retry_interval{100};
  if (deferred_.empty()) return looked_everywhere_ + backstop_interval;
  return looked_everywhere_ + retry_interval;
}

bool Endpoint::sleep(Deadline deadline) {
  const auto fell_asleep = Clock::now();
  const bool in_time =
      sleeps_on_ == SleepsOn::futex ? sleep_on(bell(), deadline, node_is_down_) : sleep_on_door(deadline);
  spinner_.has_slept(Clock::now() - fell_asleep);
  return in_time;
}

void Endpoint::node_has_ended() {
  node_is_down_.store(true, std::memory_order::seq_cst);
  futex_store_and_wake(bell().futex_word, awake);
}

bool Endpoint::sleep_on_door(Deadline deadline) {
  if (!ninelives::ipc::park(bell())) return true;
  pollfd wanted{door_.get(), POLLIN, 0};
  const auto left = std::max(deadline - Clock::now(), Clock::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  const timespec time_left{seconds.count(), static_cast<long>((left - seconds).count())};
  const int found = ::ppoll(&wanted, 1, &time_left, nullptr);
  unpark();
  return found != 0;
}

void Endpoint::collect() { ninelives::ipc::collect(bell(), ready_); }

void Endpoint::look_everywhere() {
  clear_leaves(bell());
  for (Slot slot = 0; slot < peers_.size(); ++slot) {
    if (peers_[slot]) ready_.insert(slot);
  }
  for (const auto& [slot, monitors] : monitors_) ready_.insert(slot);
  ready_.insert_all(deferred_);
  deferred_.clear();
  insert_unknown_rings();
  looked_everywhere_ = Clock::now();
}

}  // namespace ninelives::ipc
