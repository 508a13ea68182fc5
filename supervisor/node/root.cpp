#include "supervisor/node/root.hpp"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "ipc/launch_environment.hpp"
#include "supervisor/node/log.hpp"
#include "supervisor/os/descendants.hpp"
#include "supervisor/os/file_limit.hpp"

extern char** environ;

namespace ninelives::supervisor {
namespace {

// Of a node among whose children this one was started: by them, what is below one of our supervisors would
// pass for being below another, and each worker for what that child was.
void forget_inherited_marks() {
  std::vector<std::string> marks{ipc::env_via, ipc::env_partition};
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    if (text.starts_with(ipc::env_under)) marks.emplace_back(text.substr(0, text.find('=')));
  }
  for (const std::string& mark : marks) ::unsetenv(mark.c_str());
}

}  // namespace

ipc::Result<std::unique_ptr<Root>> Root::create(TreeSpec tree, EventLog events) {
  become_subreaper();
  raise_file_limit();
  forget_inherited_marks();
  auto home = ipc::NodeHome::create(tree.node, kill_all_of);
  if (!home) return std::unexpected(home.error());
  auto table = ipc::TableWriter::create(home->files(), tree.node);
  if (!table) return std::unexpected(table.error());
  std::unique_ptr<Root> root(
      new Root(std::move(tree), std::move(events), std::move(*home), std::move(*table)));
  if (auto opened = root->open(); !opened) return std::unexpected(opened.error());
  return root;
}

Root::Root(TreeSpec tree, EventLog events, ipc::NodeHome home, ipc::TableWriter table)
    : tree_(std::move(tree)),
      events_(std::move(events)),
      home_(std::move(home)),
      rows_(home_.files(), std::move(table)) {}

Root::~Root() {
  supervisor_.reset();
  home_.remove();
}

// The root is a process of its node like any other: its children tell it by mail that they are ready.
ipc::Result<void> Root::open() {
  auto owner = slots_.add({.name = {}, .type = ipc::RowType::supervisor});
  if (!owner) return std::unexpected(owner.error());
  const Pid me{owner->slot, owner->owner_inc};
  rows_.starting(me, tree_.supervisor.partitions.value_or(0));
  rows_.os_pid(me, ::getpid());
  rows_.running(me);
  supervisor_ = std::make_unique<SupervisorProcess>(io_, rows_, static_cast<Places&>(*this), events_,
                                                    SupervisorProcess::Identity{me, {}}, tree_.supervisor);
  if (auto opened = supervisor_->open(); !opened) return opened;
  auto control = ControlServer::open(io_, home_.files(),
                                     [this](const auto& client, const auto& request, ipc::UniqueFd passed) {
                                       return on_request(client, request, std::move(passed));
                                     });
  if (!control) return std::unexpected(control.error());
  control_ = std::move(*control);
  signals_ = std::make_unique<Signals>(io_, std::initializer_list<int>{SIGTERM, SIGINT, SIGHUP},
                                       [this](int number) { supervisor_->on_signal(number); });
  return {};
}

Outcome Root::run() {
  events_.write_node("node_started");
  log_info("node " + tree_.node + " starts, as process " + std::to_string(::getpid()));
  const Outcome outcome = supervisor_->run();
  events_.write_node(has_ended_well(outcome) ? "node_stopped" : "node_failed");
  return outcome;
}

// ---- places

ipc::Result<std::vector<Placed>> Root::allot(std::span<const ipc::PlaceWanted> wanted) {
  return slots_.add(ipc::root_slot, wanted);
}

// Asked by a supervisor below: its row says who it is.
ipc::ControlReply Root::allot_to(const ControlServer::Client& client, const ipc::PlacesRequest& request) {
  const ipc::TableView& table = rows_.view();
  const bool is_it = table.has(request.supervisor) && table.state(request.supervisor).is_alive() &&
                     table.row(request.supervisor).type.load() == ipc::RowType::supervisor &&
                     static_cast<int>(table.row(request.supervisor).os_pid.load()) == client.os_pid;
  if (!is_it) return ipc::Refused{"only a supervisor of this node gets places for children"};
  auto placed = slots_.add(request.supervisor, request.places);
  if (!placed) return ipc::Refused{placed.error().text};
  ipc::PlacesAllotted allotted;
  for (const Placed& each : *placed) {
    const ipc::Owner& owner = each ? *each : each.error().by;
    allotted.places.push_back({owner.slot, owner.owner_inc, !each});
  }
  return allotted;
}

// ---- people

ipc::ControlReply Root::on_request(const ControlServer::Client& client, const ipc::ControlRequest& request,
                                   ipc::UniqueFd passed) {
  if (std::holds_alternative<ipc::AttachRequest>(request)) return guests_.attach(client, std::move(passed));
  if (std::holds_alternative<ipc::DetachRequest>(request)) return guests_.detach(client);
  if (const auto* places = std::get_if<ipc::PlacesRequest>(&request)) return allot_to(client, *places);
  if (std::holds_alternative<ipc::SlotsGoneRequest>(request)) {
    guests_.free_gone_slots();
    return ipc::Done{};
  }
  log_info("told to stop");
  supervisor_->stop();
  return ipc::Done{};
}

bool Root::has_ended_well(const Outcome& outcome) const {
  const auto* by = std::get_if<AutoShutdownBy>(&outcome);
  return by ? supervisor_->last_reason(by->child).is_clean() : std::holds_alternative<Stopped>(outcome);
}

std::string Root::explain(const Outcome& outcome) const {
  const auto name = [this](ChildNumber child) { return supervisor_->child_name(child); };
  const auto last_words = [this](ChildNumber child) { return to_string(supervisor_->last_reason(child)); };
  if (const auto* gave_up = std::get_if<GaveUp>(&outcome)) {
    return "node " + tree_.node + " gave up: \"" + name(gave_up->child) + "\" needed more than " +
           std::to_string(tree_.supervisor.intensity) + " restarts within " +
           ninelives::to_string(tree_.supervisor.period) + ", the last time because of " +
           last_words(gave_up->child);
  }
  if (const auto* failed = std::get_if<FailedToStart>(&outcome)) {
    return "node " + tree_.node + " did not start: \"" + name(failed->child) +
           "\": " + last_words(failed->child);
  }
  if (const auto* by = std::get_if<AutoShutdownBy>(&outcome)) {
    return "node " + tree_.node + " has stopped, as its significant child \"" + name(by->child) +
           "\" has ended: " + last_words(by->child);
  }
  return "node " + tree_.node + " has stopped";
}

}  // namespace ninelives::supervisor
