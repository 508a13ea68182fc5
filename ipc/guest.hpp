// A process outside the tree with a place in a node: an endpoint like any other's. It sleeps on its futex, as
// being woken there costs half of what it does on a file descriptor; a second thread waits for the end of the
// control socket, which is that of the node, and ends what the endpoint waits for. Belongs to one thread.
#pragma once
#include <memory>
#include <string_view>
#include <thread>

#include "ipc/endpoint.hpp"

namespace ninelives::ipc {

class Guest {
 public:
  // `node`: the name of a node that this user runs; empty: the only one.
  static Result<std::unique_ptr<Guest>> attach(std::string_view node);

  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  ~Guest();  // gives the place back

  Endpoint& endpoint() { return *endpoint_; }

 private:
  Guest(UniqueFd control, UniqueFd goodbye, std::unique_ptr<Endpoint> endpoint);
  bool start_watching();

  void watch_node();

  UniqueFd control_;
  UniqueFd goodbye_;  // an eventfd: the watching thread ends
  std::unique_ptr<Endpoint> endpoint_;
  std::unique_ptr<std::thread> watcher_;
};

}  // namespace ninelives::ipc
