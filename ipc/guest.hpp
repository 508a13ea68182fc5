// A process outside the tree with a place in a node: an endpoint like any other's, that sleeps on its door
// together with the control socket, so that the node's end wakes it. Belongs to one thread.
#pragma once
#include <memory>
#include <string_view>

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
  Guest(UniqueFd control, std::unique_ptr<Endpoint> endpoint);

  UniqueFd control_;
  std::unique_ptr<Endpoint> endpoint_;
};

}  // namespace ninelives::ipc
