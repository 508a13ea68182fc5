// This thread as a process of a node. There is at most one for a thread.
#pragma once
#include <memory>

#include "ipc/guest.hpp"
#include "worker/registry_readers.hpp"

namespace ninelives::detail {

class Process {
 public:
  explicit Process(std::unique_ptr<ipc::Endpoint> worker);
  explicit Process(std::unique_ptr<ipc::Guest> guest);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  ipc::Endpoint& endpoint() { return guest_ ? guest_->endpoint() : *worker_; }

  RegistryReaders& registries() { return registries_; }

  // Null: this thread is no process of any node.
  static Process* current();

 private:
  std::unique_ptr<ipc::Endpoint> worker_;  // one of the two
  std::unique_ptr<ipc::Guest> guest_;
  RegistryReaders registries_{endpoint().files(), endpoint().table()};
};

}  // namespace ninelives::detail
