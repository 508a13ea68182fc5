// What a supervisor hears. What it does about it is in supervisor_actions.cpp.
#include "supervisor/node/supervisor_process.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <unistd.h>

#include "spec/quote.hpp"
#include "supervisor/node/conclude.hpp"
#include "supervisor/node/log.hpp"
#include "supervisor/node/marks.hpp"

namespace ninelives::supervisor {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

}  // namespace

SupervisorProcess::SupervisorProcess(asio::io_context& io, Rows& rows, Places& places, EventLog& events,
                                     Identity identity, SupervisorSpec spec)
    : io_(io),
      rows_(rows),
      places_(places),
      events_(events),
      identity_(std::move(identity)),
      core_(std::move(spec), static_cast<std::uint32_t>(::getpid())),
      sweeper_(io_, [this] { return known_children(); }),
      watchdog_(io_, [this](ChildNumber child, TimePoint now) { return look_at_callback(child, now); }),
      management_(core_, processes_, by_slot_, rows_, identity_.name,
                  [this](const Event& event) { feed(event); }) {}

SupervisorProcess::~SupervisorProcess() {
  if (door_) door_->release();  // the endpoint's own
}

ipc::Result<void> SupervisorProcess::open() {
  auto endpoint = ipc::Endpoint::attach(rows_.files().path(), identity_.pid, ipc::Endpoint::SleepsOn::door);
  if (!endpoint) return std::unexpected(endpoint.error());
  endpoint_ = std::move(*endpoint);
  door_.emplace(io_, endpoint_->door());
  return take_places(core_.children());
}

ipc::Result<void> SupervisorProcess::take_places(std::span<const ChildNumber> numbers) {
  std::vector<ipc::PlaceWanted> wanted;
  for (const ChildNumber number : numbers) {
    const ChildSpec& child = spec(number);
    processes_[number].name = name_of(number);
    wanted.push_back({.name = processes_[number].name,
                      .registered = child.name.value_or(""),
                      .type = static_cast<std::uint32_t>(row_type(child.type)),
                      .keeps_mailbox = child.mailbox == Mailbox::keep});
  }
  auto placed = places_.allot(wanted);
  if (!placed) return std::unexpected(placed.error());
  for (std::size_t index = 0; index < numbers.size(); ++index) settle(numbers[index], (*placed)[index]);
  return {};
}

// Without a place it cannot be launched, which is how the core hears of it.
void SupervisorProcess::settle(ChildNumber number, const Placed& placed) {
  ChildProcess& child = processes_[number];
  if (!placed) {
    child.name_holder = placed.error().by;
    child.last_reason =
        ExitReason::start_failed("the name " + in_quotes(spec(number).name.value_or(child.name)) +
                                 " is that of " + rows_.view().in_words(child.name_holder->slot));
    return;
  }
  child.name_holder.reset();
  child.place = *placed;
  child.before_first = rows_.view().state(child.place->slot).incarnation;
  by_slot_.insert_or_assign(child.place->slot, number);
}

// Children of a dynamic supervisor may have the same id.
std::string SupervisorProcess::name_of(ChildNumber number) const {
  const std::string& id = spec(number).id;
  return ninelives::supervisor::child_name(
      identity_.name, is_dynamic(core_.spec()) ? id + ":" + std::to_string(number + 1) : id);
}

Outcome SupervisorProcess::run(std::function<void()> booted) {
  booted_ = std::move(booted);
  watch_door();
  arm_backstop();
  feed(Boot{});
  while (!outcome_) io_.run_one();
  clear_remains();
  return *outcome_;
}

void SupervisorProcess::on_signal(int number) {
  const bool again = ++stop_signals_ > 1;
  log_info(std::string(number == SIGINT ? "interrupted" : "told to end") +
           (again ? " again: killing everything" : ": stopping"));
  feed(again ? Event(KillAll{}) : Event(StopAll{}));
}

// ---- the mailbox

void SupervisorProcess::watch_door() {
  if (drain_mailbox() && endpoint_->park()) {
    door_->async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      endpoint_->unpark();
      watch_door();
    });
  } else {
    asio::post(io_, [this] { watch_door(); });  // after what else has happened
  }
}

// True: there is nothing more just now. A sender that never stops gets no more than its share of the loop.
bool SupervisorProcess::drain_mailbox() {
  constexpr int most_at_once = 256;
  endpoint_->collect();
  for (int taken = 0; taken < most_at_once; ++taken) {
    const ipc::Received* received = endpoint_->next();
    if (!received) return true;
    take(*received);
  }
  return false;
}

// What is left for a later turn has no bell any more, which could wake us. And we are parked, as long as
// watch_door() waits; but somebody who scribbles may have taken that from the bell, and then nobody knocks:
// so it is said once more.
void SupervisorProcess::drain_mailbox_soon() {
  asio::post(io_, [this] {
    if (!drain_mailbox() || !endpoint_->park()) drain_mailbox_soon();
  });
}

void SupervisorProcess::take(const ipc::Received& received) {
  switch (received.kind) {
    case ipc::Kind::ready:
      return on_ready(received);
    case ipc::Kind::call:
      if (received.message == wire_id<supervision::KillProcess>) return on_kill_process(received);
      return management_.on_call(*endpoint_, received);
    case ipc::Kind::stop:
      if (received.from.slot == rows_.view().row(identity_.pid.slot).supervisor.load()) stop();
      return;
    default:
      return;
  }
}

void SupervisorProcess::on_ready(const ipc::Received& received) {
  const auto found = by_slot_.find(received.from.slot);
  if (found == by_slot_.end()) return;
  ChildProcess& child = processes_.at(found->second);
  const Life life = received.from.incarnation - child.before_first;
  if (life != child.life) return;
  child.info = std::string(received.payload);
  feed(Ready{found->second, life});
}

// Past the core, which hears of the death as of any other.
void SupervisorProcess::on_kill_process(const ipc::Received& received) {
  const auto asked = from_bytes<supervision::KillProcess>(received.payload);
  if (!asked) return endpoint_->reply(received.from, ipc::Kind::refusal, received.ref, asked.error());
  supervision::Done done = supervision::Ok();
  const auto number = by_slot_.find(asked->pid.slot);
  ChildProcess* child = number == by_slot_.end() ? nullptr : &processes_.at(number->second);
  if (child && child->watch && child->pid(child->life) == asked->pid) {
    child->killed_for = ExitReason::killed();
    log_warning(child->name + " is killed, as " + rows_.view().in_words(received.from.slot) +
                " has asked for it");
    (void)child->watch->signal_group(SIGKILL);
  } else {
    done = std::unexpected(supervision::ChildError{.text = to_string(asked->pid) + " has ended"});
  }
  endpoint_->reply(received.from, ipc::Kind::reply, received.ref, to_bytes(done));
}

void SupervisorProcess::arm_backstop() {
  backstop_.expires_after(ipc::Endpoint::backstop_interval);
  backstop_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    endpoint_->look_everywhere();
    drain_mailbox_soon();
    arm_backstop();
  });
}

// ---- children that are stuck

std::optional<TimePoint> SupervisorProcess::look_at_callback(ChildNumber number, TimePoint now) {
  const ChildProcess& child = processes_.at(number);
  if (!child.watch || child.group_kill) return std::nullopt;  // dead
  const std::chrono::nanoseconds longest = *spec(number).watchdog;
  const ipc::Status* status = rows_.status(child.place->slot);
  if (status == nullptr) return later(now, longest);  // for want of files or memory
  const ipc::Activity seen = ipc::read_activity(*status);
  const auto again = next_look(seen, child.pid(child.life).incarnation, longest, now);
  if (!again) kill_stuck(number, seen, ipc::message_name(*status, seen.message), now);
  return again;
}

void SupervisorProcess::kill_stuck(ChildNumber number, const ipc::Activity& seen, const std::string& message,
                                   TimePoint now) {
  ChildProcess& child = processes_.at(number);
  const TimePoint since = std::clamp(seen.since, TimePoint::zero(), now);  // it may have written anything
  const std::string stuck_in =
      in_words(seen.callback, message) + " ran for more than " + ninelives::to_string(*spec(number).watchdog);
  child.killed_for = ExitReason::error("watchdog: " + stuck_in);
  events_.write_stuck({.event = "watchdog",
                       .supervisor = identity_.name,
                       .child = child.name,
                       .slot = child.place->slot,
                       .os_pid = child.watch->pid(),
                       .incarnation = child.pid(child.life).incarnation,
                       .reason = stuck_in},
                      {ipc::to_string(seen.callback), message,
                       std::chrono::duration_cast<std::chrono::milliseconds>(now - since)});
  log_error(child.name + " (process " + std::to_string(child.watch->pid()) + ") is killed: " + stuck_in);
  (void)child.watch->signal_group(SIGKILL);
}

// ---- deaths

// What it has said before comes first: a worker may be ready and end at once. Who has scribbled over our bell
// is likely to be who has died.
void SupervisorProcess::on_death(ChildNumber number, const ExitStatus& status) {
  constexpr int most_turns = 16;
  bool is_drained = false;
  for (int turn = 0; turn < most_turns && !is_drained; ++turn) is_drained = drain_mailbox();
  drain_mailbox_soon();
  ChildProcess& child = processes_.at(number);
  if (kill_group(child.watch->pid())) return end_subtree(number, status);
  child.group_kill = std::make_unique<GroupKill>(io_, child.watch->pid(),
                                                 [this, number, status] { end_subtree(number, status); });
}

// A supervisor's end is the end of all below it, however it came.
void SupervisorProcess::end_subtree(ChildNumber number, const ExitStatus& status) {
  if (spec(number).type != ChildType::supervisor) return bury(number, status);
  ChildProcess& child = processes_.at(number);
  const auto is_ours = [this](pid_t pid) {
    for (const auto& [other, known] : processes_) {
      if (known.watch && known.watch->pid() == pid) return true;
    }
    return false;
  };
  child.subtree_kill = std::make_unique<SubtreeKill>(io_, rows_, child.pid(child.life), is_ours,
                                                     [this, number, status] { bury(number, status); });
}

// Reason, row, notices, and only then reaping: a supervisor that is killed in between leaves the zombie with
// its status. What the core makes of it, a new launch perhaps, comes before reaping too; the old pid is not
// recycled until then.
void SupervisorProcess::bury(ChildNumber number, const ExitStatus& status) {
  ChildProcess& child = processes_.at(number);
  const Life life = child.life;
  const Pid dead = child.pid(life);
  const std::unique_ptr<ChildWatch> watch = std::move(child.watch);
  const std::unique_ptr<GroupKill> group_kill = std::move(child.group_kill);
  const std::unique_ptr<SubtreeKill> subtree_kill = std::move(child.subtree_kill);
  const ExitReason reason =
      child.start_timed_out
          ? ExitReason::start_failed("not ready after " + ninelives::to_string(*spec(number).start_timeout))
          : conclude({.status = status,
                      .own_words = rows_.own_words(dead),
                      .was_ready = child.was_ready,
                      .stop_signal = child.stop_signal,
                      .we_killed_it = child.we_killed_it,
                      .killed_for = child.killed_for});
  const bool is_supervisor = spec(number).type == ChildType::supervisor;
  if (is_supervisor) bury_subtree(number, dead);
  rows_.ended(dead, reason);
  child.last_reason = reason;
  events_.write({.event = "exited",
                 .supervisor = identity_.name,
                 .child = child.name,
                 .slot = dead.slot,
                 .os_pid = watch->pid(),
                 .incarnation = dead.incarnation,
                 .reason = to_string(reason)});
  const std::string line =
      child.name + " (process " + std::to_string(watch->pid()) + ") ended: " + to_string(reason);
  reason.is_clean() || child.stop_signal != 0 ? log_info(line) : log_warning(line);
  const std::filesystem::path& node = rows_.files().path();
  Markers marks = is_supervisor ? marks_under(node, dead) : marks_of(node, dead);
  feed(Exited{number, life, ending_of(reason)});
  watch->reap();
  sweeper_.sweep_for(std::move(marks));
}

void SupervisorProcess::bury_subtree(ChildNumber number, const Pid& dead) {
  for (const Rows::Alive& life : rows_.died_with(dead.slot, spec(number).supervisor)) {
    events_.write({.event = "exited",
                   .supervisor = rows_.view().name(life.supervisor),
                   .child = rows_.view().name(life.pid.slot),
                   .slot = life.pid.slot,
                   .os_pid = life.os_pid,
                   .incarnation = life.pid.incarnation,
                   .reason = to_string(ExitReason::killed())});
  }
  places_.slot_is_gone();  // of a child that its next life does not know, if there was one
}

// Whoever a row tells of is waited for by its number, as soon as its supervisor is dead and it has become
// ours.
std::vector<pid_t> SupervisorProcess::known_children() const {
  std::vector<pid_t> known = rows_.alive_os_pids();
  for (const auto& [number, child] : processes_) {
    if (child.watch) known.push_back(child.watch->pid());
  }
  return known;
}

}  // namespace ninelives::supervisor
