// Processes outside the tree that have a place in the node. They are not children: no waitid, no exit status,
// no PDEATHSIG. Each sends a pidfd of its own when it attaches; that descriptor, and not the socket's end,
// tells of its end.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>

#include "supervisor/node/control_server.hpp"
#include "supervisor/node/slots.hpp"

namespace ninelives::supervisor {

class Guests {
 public:
  Guests(boost::asio::io_context& io, Rows& rows, Slots& slots);
  Guests(const Guests&) = delete;
  Guests& operator=(const Guests&) = delete;

  ipc::ControlReply attach(const ControlServer::Client& client, ipc::UniqueFd pidfd);
  ipc::ControlReply detach(const ControlServer::Client& client);

  // Some row says that its slot is gone, a guest's or a child's: it is free as soon as nothing of it is
  // waiting.
  void free_gone_slots() { free_later(std::chrono::milliseconds(10)); }

 private:
  struct Guest {
    Guest(boost::asio::io_context& io, int pidfd_number, const Pid& place, ControlServer::ClientId through)
        : pidfd(io, pidfd_number), pid(place), client(through) {}
    boost::asio::posix::stream_descriptor pidfd;
    Pid pid;
    ControlServer::ClientId client;
  };

  void watch(Slot slot);
  void end(Slot slot);
  void free_later(std::chrono::milliseconds pause);

  boost::asio::io_context& io_;
  Rows& rows_;
  Slots& slots_;
  std::map<Slot, std::unique_ptr<Guest>> guests_;
  boost::asio::steady_timer free_timer_;
};

}  // namespace ninelives::supervisor
