// main() of a worker that waits for messages and for nothing else.
#include <ninelives/serve.hpp>

#include "worker/worker.hpp"

namespace ninelives::detail {
namespace {

class WaitingForMessages final : public Waiting {
 public:
  explicit WaitingForMessages(ipc::Endpoint& endpoint) : endpoint_(endpoint) {}

  Server::End wait(ipc::Deadline deadline) override {
    endpoint_.wait(deadline);
    return std::nullopt;
  }
  Server::End give_turn() override { return std::nullopt; }

 private:
  ipc::Endpoint& endpoint_;
};

}  // namespace

int serve(const MakeServer& make) {
  const auto process = attach_as_worker(ipc::Endpoint::SleepsOn::futex);
  if (!process) return exit_usage;
  WaitingForMessages waiting(process->endpoint());
  return Worker(*process, make, waiting).run();
}

}  // namespace ninelives::detail
