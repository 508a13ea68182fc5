// The root's end of the control socket: takes requests of processes outside the tree and answers each at
// once. Who asks is checked by the kernel's word (SO_PEERCRED), not by theirs. One thread: the io_context's.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>

#include "ipc/control.hpp"

namespace ninelives::supervisor {

class ControlServer {
 public:
  using ClientId = std::uint64_t;
  struct Client {
    ClientId id = 0;
    int os_pid = 0;
  };
  using Handle =
      std::function<ipc::ControlReply(const Client&, const ipc::ControlRequest&, ipc::UniqueFd passed)>;

  static ipc::Result<std::unique_ptr<ControlServer>> open(boost::asio::io_context& io,
                                                          const ipc::NodeFiles& files, Handle handle);
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ~ControlServer();

 private:
  struct Connection;

  ControlServer(boost::asio::io_context& io, ipc::UniqueFd listener, Handle handle);
  void accept();
  void accept_later();
  void serve(ClientId id);
  void answer(Connection& connection, ipc::Packet packet);

  boost::asio::io_context& io_;
  boost::asio::posix::stream_descriptor listener_;
  boost::asio::steady_timer pause_;
  Handle handle_;
  std::map<ClientId, std::unique_ptr<Connection>> connections_;
  ClientId last_id_ = 0;
};

}  // namespace ninelives::supervisor
