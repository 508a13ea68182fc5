// What the root hears. What it does about it is in root_actions.cpp.
#include "supervisor/node/root.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <unistd.h>

#include "supervisor/node/conclude.hpp"
#include "supervisor/node/log.hpp"
#include "supervisor/os/descendants.hpp"
#include "supervisor/os/file_limit.hpp"

namespace ninelives::supervisor {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

bool is_too_much(const ninelives::SupervisorSpec& spec) {
  return spec.strategy != ninelives::Strategy::one_for_one || spec.dynamic ||
         std::ranges::any_of(spec.children, [](const ninelives::ChildSpec& child) {
           return child.type == ChildType::supervisor || child.significant || child.backoff ||
                  child.start_timeout;
         });
}

SupervisorSpec core_spec(const ninelives::SupervisorSpec& spec) {
  SupervisorSpec core{.intensity = spec.intensity, .period = spec.period};
  for (const ninelives::ChildSpec& child : spec.children) {
    const ninelives::Shutdown shutdown = shutdown_of(child);
    core.children.push_back(
        {.id = child.id,
         .restart = Restart(child.restart),
         .shutdown = {.kind = Shutdown::Kind(shutdown.kind), .timeout = shutdown.timeout}});
  }
  return core;
}

}  // namespace

ipc::Result<std::unique_ptr<Root>> Root::create(TreeFile tree, EventLog events) {
  if (is_too_much(tree.tree.supervisor)) {
    return ipc::fault("this version runs one_for_one over workers and programs");
  }
  become_subreaper();
  raise_file_limit();
  auto home = ipc::NodeHome::create(tree.tree.node, kill_all_of);
  if (!home) return std::unexpected(home.error());
  auto table = ipc::TableWriter::create(home->files(), tree.tree.node);
  if (!table) return std::unexpected(table.error());
  std::unique_ptr<Root> root(
      new Root(std::move(tree), std::move(events), std::move(*home), std::move(*table)));
  if (auto opened = root->open(); !opened) return std::unexpected(opened.error());
  return root;
}

Root::Root(TreeFile tree, EventLog events, ipc::NodeHome home, ipc::TableWriter table)
    : tree_(std::move(tree)),
      events_(std::move(events)),
      home_(std::move(home)),
      slots_(home_.files(), std::move(table)),
      core_(core_spec(tree_.tree.supervisor)),
      sweeper_(io_, home_.files().path(),
               [this] {
                 std::vector<pid_t> known;
                 for (const auto& child : children_) {
                   if (child.watch) known.push_back(child.watch->pid());
                 }
                 return known;
               }),
      children_(tree_.tree.supervisor.children.size()) {}

Root::~Root() {
  if (door_) door_->release();  // the endpoint's own
  home_.remove();
}

ipc::Result<void> Root::open() {
  if (auto opened = open_own_place(); !opened) return opened;
  if (auto added = add_children(); !added) return added;
  auto control = ControlServer::open(io_, home_.files(),
                                     [this](const auto& client, const auto& request, ipc::UniqueFd passed) {
                                       return on_request(client, request, std::move(passed));
                                     });
  if (!control) return std::unexpected(control.error());
  control_ = std::move(*control);
  signals_ = std::make_unique<Signals>(io_, std::initializer_list<int>{SIGTERM, SIGINT, SIGHUP},
                                       [this](int number) { on_signal(number); });
  return {};
}

// The root is a process of its node like any other: its children tell it by mail that they are ready.
ipc::Result<void> Root::open_own_place() {
  auto owner = slots_.add({.name = {}, .type = ipc::RowType::supervisor});
  if (!owner) return std::unexpected(owner.error());
  const Pid me{owner->slot, owner->owner_inc};
  slots_.starting(me);
  slots_.os_pid(me, ::getpid());
  slots_.running(me);
  auto endpoint = ipc::Endpoint::attach(home_.files().path(), me, ipc::Endpoint::SleepsOn::door);
  if (!endpoint) return std::unexpected(endpoint.error());
  endpoint_ = std::move(*endpoint);
  door_.emplace(io_, endpoint_->door());
  return {};
}

ipc::Result<void> Root::add_children() {
  for (ChildIndex index = 0; index < children_.size(); ++index) {
    const ninelives::ChildSpec& entry = child_spec(index);
    auto owner =
        slots_.add({.name = name(index),
                    .type = type(index) == ChildType::worker ? ipc::RowType::worker : ipc::RowType::program,
                    .keeps_mailbox = entry.mailbox == Mailbox::keep});
    if (!owner) return std::unexpected(owner.error());
    children_[index].owner = *owner;
    by_slot_.emplace(owner->slot, index);
    by_name_.emplace(name(index), index);
  }
  return {};
}

Outcome Root::run() {
  events_.write_node("node_started");
  log_info("node " + tree_.tree.node + " starts, as process " + std::to_string(::getpid()));
  watch_door();
  arm_backstop();
  feed(Boot{});
  while (!outcome_) io_.run_one();
  clear_remains();
  events_.write_node(std::holds_alternative<Stopped>(*outcome_) ? "node_stopped" : "node_failed");
  return *outcome_;
}

// ---- the mailbox

void Root::watch_door() {
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
bool Root::drain_mailbox() {
  constexpr int most_at_once = 256;
  endpoint_->collect();
  for (int taken = 0; taken < most_at_once; ++taken) {
    const ipc::Received* received = endpoint_->next();
    if (!received) return true;
    auto child = by_slot_.find(received->from.slot);
    if (received->kind != ipc::Kind::ready || child == by_slot_.end()) continue;
    const ChildIndex index = child->second;
    const Life life = received->from.incarnation - children_[index].owner.owner_inc + 1;
    if (life == children_[index].life) feed(Ready{index, life});
  }
  return false;
}

void Root::arm_backstop() {
  backstop_.expires_after(ipc::Endpoint::backstop_interval);
  backstop_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    endpoint_->look_everywhere();
    static_cast<void>(drain_mailbox());
    arm_backstop();
  });
}

// ---- deaths

void Root::on_death(ChildIndex index, const ExitStatus& status) {
  ChildProcess& child = children_[index];
  if (kill_group(child.watch->pid())) {
    bury(index, status);
  } else {
    child.group_kill =
        std::make_unique<GroupKill>(io_, child.watch->pid(), [this, index, status] { bury(index, status); });
  }
}

// Reason, row, notices, and only then reaping: a root that is killed in between leaves the zombie with its
// status. What the core makes of it, a new launch perhaps, comes before reaping too; the old pid is not
// recycled until then.
void Root::bury(ChildIndex index, const ExitStatus& status) {
  ChildProcess& child = children_[index];
  const Pid dead = pid(index, child.life);
  const Life life = child.life;
  const std::unique_ptr<ChildWatch> watch = std::move(child.watch);
  const std::unique_ptr<GroupKill> group_kill = std::move(child.group_kill);
  const ExitReason reason = conclude({.status = status,
                                      .own_words = slots_.own_words(dead),
                                      .was_ready = child.was_ready,
                                      .stop_signal = child.stop_signal,
                                      .we_killed_it = child.we_killed_it});
  slots_.ended(dead, reason);
  child.last_reason = reason;
  events_.write({"exited", name(index), watch->pid(), dead.incarnation, to_string(reason)});
  const std::string line =
      name(index) + " (process " + std::to_string(watch->pid()) + ") ended: " + to_string(reason);
  reason.is_clean() || child.stop_signal != 0 ? log_info(line) : log_warning(line);
  feed(Exited{index, life, ending_of(reason)});
  watch->reap();
  sweeper_.sweep_for(dead);
}

// ---- people

void Root::on_signal(int number) {
  const bool again = ++stop_signals_ > 1;
  log_info(std::string(number == SIGINT ? "interrupted" : "told to end") +
           (again ? " again: killing everything" : ": stopping"));
  feed(again ? Event(KillAll{}) : Event(StopAll{}));
}

ipc::ControlReply Root::on_request(const ControlServer::Client& client, const ipc::ControlRequest& request,
                                   ipc::UniqueFd passed) {
  if (std::holds_alternative<ipc::AttachRequest>(request)) return guests_.attach(client, std::move(passed));
  if (std::holds_alternative<ipc::DetachRequest>(request)) return guests_.detach(client);
  if (const auto* stop = std::get_if<ipc::StopRequest>(&request)) return stop_by_name(stop->name);
  return start_by_name(std::get<ipc::StartRequest>(request).name);
}

std::optional<ChildIndex> Root::find_child(std::string_view name) const {
  auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

ipc::ControlReply Root::stop_by_name(const std::string& name) {
  if (name.empty()) {
    log_info("told to stop");
    feed(StopAll{});
    return ipc::Done{};
  }
  auto child = find_child(name);
  if (!child) return ipc::Refused{"node " + tree_.tree.node + " has no child \"" + name + '"'};
  feed(StopChild{*child});
  return ipc::Done{};
}

ipc::ControlReply Root::start_by_name(const std::string& name) {
  auto child = find_child(name);
  if (!child) return ipc::Refused{"node " + tree_.tree.node + " has no child \"" + name + '"'};
  const ChildState state = core_.state(*child);
  if (state != ChildState::stopped) {
    return ipc::Refused{'"' + name + "\" is " + std::string(to_string(state)) + ", not stopped"};
  }
  feed(StartChild{*child});
  return ipc::Done{};
}

}  // namespace ninelives::supervisor
