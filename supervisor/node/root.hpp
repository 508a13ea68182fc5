// The root supervisor of a node: turns news of the operating system and of the mailboxes into events of the
// core, and the core's actions into processes, rows and signals. It decides nothing itself.
//
// Owns the node's directory, its table, all children and the loop. One thread, which also launches:
// PR_SET_PDEATHSIG is bound to it.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <map>
#include <memory>

#include "ipc/endpoint.hpp"
#include "ipc/node_registry.hpp"
#include "supervisor/config/tree_file.hpp"
#include "supervisor/core/supervisor.hpp"
#include "supervisor/node/control_server.hpp"
#include "supervisor/node/event_log.hpp"
#include "supervisor/node/guests.hpp"
#include "supervisor/node/slots.hpp"
#include "supervisor/node/sweeper.hpp"
#include "supervisor/os/child_watch.hpp"
#include "supervisor/os/process_group.hpp"
#include "supervisor/os/signals.hpp"

namespace ninelives::supervisor {

class Root {
 public:
  // Begins the node: fails if one of that name runs. Removes what dead nodes of this user left, their
  // processes first.
  static ipc::Result<std::unique_ptr<Root>> create(TreeFile tree, EventLog events);

  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  ~Root();

  // Starts the tree and supervises it until it has ended. Nothing of the node is left when it returns.
  Outcome run();

  // One line about an outcome that is not what was asked for.
  std::string explain(const Outcome& outcome) const;

 private:
  struct ChildProcess {
    ipc::Owner owner;
    std::unique_ptr<ChildWatch> watch;      // of the present life, until it is reaped
    std::unique_ptr<GroupKill> group_kill;  // it is dead, and something in its group is not yet
    Life life = 0;                          // of the process that `watch` watches
    bool was_ready = false;
    int stop_signal = 0;
    bool we_killed_it = false;
    ExitReason last_reason;
  };

  Root(TreeFile tree, EventLog events, ipc::NodeHome home, ipc::TableWriter table);
  ipc::Result<void> open();
  ipc::Result<void> open_own_place();
  ipc::Result<void> add_children();

  // news in
  void watch_door();
  bool drain_mailbox();
  void arm_backstop();
  void on_signal(int number);
  void on_death(ChildIndex index, const ExitStatus& status);
  void bury(ChildIndex index, const ExitStatus& status);
  ipc::ControlReply on_request(const ControlServer::Client& client, const ipc::ControlRequest& request,
                               ipc::UniqueFd passed);
  ipc::ControlReply stop_by_name(const std::string& name);
  ipc::ControlReply start_by_name(const std::string& name);
  std::optional<ChildIndex> find_child(std::string_view name) const;

  // decisions out
  void feed(const Event& event);
  void perform(const Action& action);
  void perform(const Became& became);
  void perform(const Launch& launch);
  void perform(const AskToStop& ask);
  void perform(const Kill& kill);
  void perform(const Finished& finished);
  LaunchPlan plan(ChildIndex index, const Pid& pid);
  void arm_deadline();
  void clear_remains();

  const std::string& name(ChildIndex index) const { return child_spec(index).id; }
  const ninelives::ChildSpec& child_spec(ChildIndex index) const {
    return tree_.tree.supervisor.children[index];
  }
  ChildType type(ChildIndex index) const { return child_spec(index).type; }
  Pid pid(ChildIndex index, Life life) const {
    return {children_[index].owner.slot, children_[index].owner.owner_inc + life - 1};
  }
  void report(std::string_view event, ChildIndex index, Life life, const std::string& reason = {});

  TreeFile tree_;
  EventLog events_;
  ipc::NodeHome home_;
  Slots slots_;
  Supervisor core_;
  boost::asio::io_context io_{1};
  std::unique_ptr<ipc::Endpoint> endpoint_;
  std::optional<boost::asio::posix::stream_descriptor> door_;
  boost::asio::steady_timer backstop_{io_};
  boost::asio::steady_timer deadline_{io_};
  std::unique_ptr<Signals> signals_;
  Guests guests_{io_, slots_};
  std::unique_ptr<ControlServer> control_;
  Sweeper sweeper_;
  std::vector<ChildProcess> children_;  // by ChildIndex
  std::map<Slot, ChildIndex> by_slot_;
  std::map<std::string, ChildIndex, std::less<>> by_name_;
  std::deque<Event> pending_;
  bool feeding_ = false;
  int stop_signals_ = 0;
  std::optional<Outcome> outcome_;
};

}  // namespace ninelives::supervisor
