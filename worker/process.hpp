// This thread as a process of a node: its endpoint, and for a program outside the tree the socket that holds its place.
// There is at most one for a thread.
#pragma once
#include <memory>

#include "ipc/endpoint.hpp"

namespace ninelives::detail {

class Process {
 public:
  explicit Process(std::unique_ptr<ipc::Endpoint> endpoint, ipc::UniqueFd control = ipc::UniqueFd());
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  ipc::Endpoint& endpoint() { return *endpoint_; }

  // Null: this thread is no process of any node.
  static Process* current();

 private:
  std::unique_ptr<ipc::Endpoint> endpoint_;
  ipc::UniqueFd control_;
};

}  // namespace ninelives::detail
