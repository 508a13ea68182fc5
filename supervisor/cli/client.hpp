// A place in a running node, from which a verb asks its supervisors. Belongs to one thread.
#pragma once
#include <chrono>
#include <expected>
#include <memory>
#include <string>

#include <ninelives/ipc/supervision.hpp>

#include "ipc/guest.hpp"

namespace ninelives::supervisor {

// One child, and whom to ask about it.
struct ChildAddress {
  ipc::Owner supervisor;
  // What its supervisor calls it: by its id, or, if that is dynamic, by its process.
  supervision::ChildName name;
  std::string path;
};

struct SupervisorAddress {
  ipc::Owner owner;
  std::string path;  // empty: the root
};

class Client {
 public:
  // `node`: its name; empty: the only one. The errors are lines for people, as everywhere here.
  static std::expected<Client, std::string> attach(const std::string& node);

  ipc::Endpoint& endpoint() const { return guest_->endpoint(); }
  const ipc::TableView& table() const { return endpoint().table(); }

  // By path or by registered name. "/", or nothing: the root, which has no name.
  std::expected<SupervisorAddress, std::string> find_supervisor(const std::string& name) const;
  std::expected<ChildAddress, std::string> find_child(const std::string& name) const;

  template <class Request>
  std::expected<typename Request::Reply, std::string> ask(const ipc::Owner& supervisor,
                                                          const Request& request,
                                                          std::chrono::nanoseconds timeout) const {
    auto reply = call(supervisor, wire_id<Request>, to_bytes(request), timeout);
    if (!reply) return std::unexpected(std::move(reply.error()));
    auto value = from_bytes<typename Request::Reply>(*reply);
    if (!value) return std::unexpected("the supervisor answers in another version: " + value.error());
    return std::move(*value);
  }

  // The reply's bytes are valid until the next call.
  std::expected<std::string_view, std::string> call(const ipc::Owner& to, std::uint32_t message,
                                                    std::string_view payload,
                                                    std::chrono::nanoseconds timeout,
                                                    ipc::Kind kind = ipc::Kind::call) const;

 private:
  Pid pid_of(Slot child, const ipc::Owner& supervisor, const std::string& path) const;

  explicit Client(std::unique_ptr<ipc::Guest> guest) : guest_(std::move(guest)) {}

  std::unique_ptr<ipc::Guest> guest_;
};

}  // namespace ninelives::supervisor
