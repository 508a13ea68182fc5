// The root of a node: the supervisor at the top of the tree, and what the node has once: its directory, its
// table, the slots, the control socket, the processes outside the tree.
#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "ipc/node_registry.hpp"
#include "supervisor/node/control_server.hpp"
#include "supervisor/node/event_log.hpp"
#include "supervisor/node/guests.hpp"
#include "supervisor/node/rows.hpp"
#include "supervisor/node/slots.hpp"
#include "supervisor/node/supervisor_process.hpp"
#include "supervisor/os/signals.hpp"

namespace ninelives::supervisor {

class Root : private Places {
 public:
  // Begins the node: fails if one of that name runs. Removes what dead nodes of this user left, their
  // processes first.
  static ipc::Result<std::unique_ptr<Root>> create(TreeSpec tree, EventLog events);

  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  ~Root() override;

  // Starts the tree and supervises it until it has ended. Nothing of the node is left when it returns.
  Outcome run();

  // It was asked to stop, or its work is done: the significant child that has ended the tree did so in order.
  bool has_ended_well(const Outcome& outcome) const;
  // One line about an outcome.
  std::string explain(const Outcome& outcome) const;

 private:
  Root(TreeSpec tree, EventLog events, ipc::NodeHome home, ipc::TableWriter table);
  ipc::Result<void> open();

  ipc::Result<std::vector<Placed>> allot(std::span<const ipc::PlaceWanted> wanted) override;
  void slot_is_gone() override { guests_.free_gone_slots(); }

  ipc::ControlReply on_request(const ControlServer::Client& client, const ipc::ControlRequest& request,
                               ipc::UniqueFd passed);
  ipc::ControlReply allot_to(const ControlServer::Client& client, const ipc::PlacesRequest& request);

  TreeSpec tree_;
  EventLog events_;
  ipc::NodeHome home_;
  boost::asio::io_context io_{1};
  Rows rows_;
  Slots slots_{rows_};
  Guests guests_{io_, rows_, slots_};
  std::unique_ptr<SupervisorProcess> supervisor_;
  std::unique_ptr<ControlServer> control_;
  std::unique_ptr<Signals> signals_;
};

}  // namespace ninelives::supervisor
