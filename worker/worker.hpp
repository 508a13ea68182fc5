// The life of a worker: attach, init, ready, one message after the other, terminate, reason. How it sleeps
// when there is nothing to do is left to Waiting: on its mailbox alone, or together with its own I/O.
#pragma once
#include <memory>
#include <optional>
#include <string_view>

#include <ninelives/serve.hpp>

#include "worker/node_process.hpp"
#include "worker/server.hpp"

namespace ninelives::detail {

class Waiting {
 public:
  virtual ~Waiting() = default;

  // Returns when a message may have come, or at the deadline. The reason to end, if there is one.
  virtual Server::End wait(ipc::Deadline deadline) = 0;
  // Now and then, while there are messages: lets what else waits have a turn.
  virtual Server::End give_turn() = 0;
};

class Worker {
 public:
  Worker(NodeProcess& process, const MakeServer& make, Waiting& waiting)
      : process_(process), make_(make), waiting_(waiting) {}

  int run();

 private:
  Server::End start();
  Server::End make_server();
  Server::End tell_ready(std::string_view info);
  Server::End step();
  int leave(const ExitReason& reason);

  NodeProcess& process_;
  const MakeServer& make_;
  Waiting& waiting_;
  std::unique_ptr<ServerOps> ops_;
  std::optional<Server> server_;
  unsigned taken_ = 0;  // messages, since the last sleep
};

// The endpoint of the worker that this process was launched as; says so, and gives null, if it was not.
std::unique_ptr<NodeProcess> attach_as_worker(ipc::Endpoint::SleepsOn sleeps_on);
inline constexpr int exit_usage = 2;  // of a process that is no worker

}  // namespace ninelives::detail
