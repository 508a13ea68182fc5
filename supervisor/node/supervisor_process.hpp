// One supervisor as a process: turns news of the operating system and of the mailboxes into events of the
// core, and the core's actions into processes, rows and signals. It decides nothing itself. The root and the
// supervisors below it differ only in where places come from and in whom they answer to: root.hpp,
// nested.hpp.
//
// Owns its children, its mailbox and its part of the table. One thread, which also launches:
// PR_SET_PDEATHSIG is bound to it.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ipc/endpoint.hpp"
#include "supervisor/core/supervisor.hpp"
#include "supervisor/node/child_process.hpp"
#include "supervisor/node/event_log.hpp"
#include "supervisor/node/management.hpp"
#include "supervisor/node/places.hpp"
#include "supervisor/node/rows.hpp"
#include "supervisor/node/sweeper.hpp"
#include "supervisor/node/watchdog.hpp"
#include "supervisor/os/launcher.hpp"

namespace ninelives::supervisor {

class SupervisorProcess {
 public:
  struct Identity {
    Pid pid;
    std::string name;  // in the node; the root's is empty
  };

  SupervisorProcess(boost::asio::io_context& io, Rows& rows, Places& places, EventLog& events,
                    Identity identity, SupervisorSpec spec);
  SupervisorProcess(const SupervisorProcess&) = delete;
  SupervisorProcess& operator=(const SupervisorProcess&) = delete;
  ~SupervisorProcess();

  // Its mailbox, and a place for each child.
  ipc::Result<void> open();

  // Starts the children and supervises them until all have ended; `booted` is called once all have started.
  Outcome run(std::function<void()> booted = [] {});

  void stop() { feed(StopAll{}); }
  void kill() { feed(KillAll{}); }
  // What SIGTERM, SIGINT and SIGHUP mean: the first asks, the second insists.
  void on_signal(int number);

  ipc::Endpoint& endpoint() { return *endpoint_; }
  // Why this child's last life has ended, or why it could not begin.
  const ExitReason& last_reason(ChildNumber child) const { return processes_.at(child).last_reason; }
  const std::string& child_name(ChildNumber child) const { return processes_.at(child).name; }

 private:
  // supervisor_process.cpp: news in
  void watch_door();
  bool drain_mailbox();
  void drain_mailbox_soon();
  void take(const ipc::Received& received);
  void on_ready(const ipc::Received& received);
  void on_kill_process(const ipc::Received& received);
  void arm_backstop();
  std::optional<TimePoint> look_at_callback(ChildNumber number, TimePoint now);
  void kill_stuck(ChildNumber number, const ipc::Activity& seen, const std::string& message, TimePoint now);
  void on_death(ChildNumber number, const ExitStatus& status);
  void end_subtree(ChildNumber number, const ExitStatus& status);
  void bury(ChildNumber number, const ExitStatus& status);
  void bury_subtree(ChildNumber number, const Pid& dead);

  // supervisor_actions.cpp: decisions out
  void feed(const Event& event);
  void perform(const Action& action);
  void perform(const Added& added);
  void perform(const Became& became);
  void perform(const Launch& launch);
  void perform(const AskToStop& ask);
  void perform(const Kill& kill);
  void perform(const Report& report);
  void perform(const Reply& reply);
  void perform(const Finished& finished);
  void forget_gone();
  void give_back(const ipc::Owner& place);
  void tell_row(const Became& became, ChildProcess& child);
  void tell_unstarted();
  void launch_failed(const Launch& launch, ExitReason reason);
  std::expected<Process, LaunchError> launch_process(const ChildSpec& spec, ChildProcess& child,
                                                     const Pid& pid);
  void arm_deadline();
  void clear_remains();

  ipc::Result<void> take_places(std::span<const ChildNumber> numbers);
  void take_place(ChildNumber number);
  void settle(ChildNumber number, const Placed& placed);
  std::string name_of(ChildNumber number) const;
  const ChildSpec& spec(ChildNumber child) const { return core_.child_spec(child); }
  void write_event(std::string_view event, ChildNumber number, Life life, const std::string& reason = {});
  std::string described(ChildNumber number, Life life) const;
  std::vector<pid_t> known_children() const;

  boost::asio::io_context& io_;
  Rows& rows_;
  Places& places_;
  EventLog& events_;
  Identity identity_;
  Supervisor core_;
  std::unique_ptr<ipc::Endpoint> endpoint_;
  std::optional<boost::asio::posix::stream_descriptor> door_;
  boost::asio::steady_timer backstop_{io_};
  boost::asio::steady_timer deadline_{io_};
  Sweeper sweeper_;
  Watchdog watchdog_;
  std::unordered_map<ChildNumber, ChildProcess> processes_;
  std::map<Slot, ChildNumber> by_slot_;
  Management management_;
  std::deque<Event> pending_;
  std::vector<ChildNumber> gone_;  // in this step, and those of whom the outcome may tell
  bool feeding_ = false;
  bool is_booted_ = false;
  std::function<void()> booted_;
  int stop_signals_ = 0;
  std::optional<Outcome> outcome_;
};

}  // namespace ninelives::supervisor
