#include "supervisor/node/control_server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <ninelives/ipc/codec.hpp>

#include "supervisor/os/file_limit.hpp"

namespace ninelives::supervisor {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

// Each keeps a descriptor, and what is left must do for guests and for launching.
std::size_t most_connections() { return file_limit() / 4; }

// -1: somebody else's process.
int peer_pid(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
  return peer.uid == ::geteuid() ? peer.pid : -1;
}

}  // namespace

struct ControlServer::Connection {
  Connection(asio::io_context& io, int fd, const Client& who) : socket(io, fd), client(who) {}
  Descriptor socket;
  Client client;
};

ipc::Result<std::unique_ptr<ControlServer>> ControlServer::open(asio::io_context& io,
                                                                const ipc::NodeFiles& files, Handle handle) {
  auto listener = ipc::listen_control(files);
  if (!listener) return std::unexpected(listener.error());
  std::unique_ptr<ControlServer> server(new ControlServer(io, std::move(*listener), std::move(handle)));
  server->accept();
  return server;
}

ControlServer::ControlServer(asio::io_context& io, ipc::UniqueFd listener, Handle handle)
    : io_(io), listener_(io, listener.release()), pause_(io), handle_(std::move(handle)) {
  listener_.native_non_blocking(true);
}

ControlServer::~ControlServer() = default;

void ControlServer::accept() {
  listener_.async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    if (connections_.size() >= most_connections()) return accept_later();
    ipc::UniqueFd socket(
        ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket && errno != EAGAIN && errno != ECONNABORTED) return accept_later();  // out of descriptors
    if (const int pid = socket ? peer_pid(socket.get()) : -1; pid > 0) {
      const ClientId id = ++last_id_;
      connections_.emplace(id, std::make_unique<Connection>(io_, socket.release(), Client{id, pid}));
      serve(id);
    }
    accept();
  });
}

// Whoever waits in the meantime waits in the kernel's queue, and not on this loop.
void ControlServer::accept_later() {
  pause_.expires_after(std::chrono::milliseconds(50));
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error) accept();
  });
}

void ControlServer::serve(ClientId id) {
  Connection& connection = *connections_.at(id);
  connection.socket.async_wait(Descriptor::wait_read, [this, id](const boost::system::error_code& error) {
    if (error) return;
    Connection& found = *connections_.at(id);
    auto packet = ipc::receive_packet(found.socket.native_handle(), MSG_DONTWAIT);
    const bool nothing_yet = !packet && packet.error().number == EAGAIN;
    if (!nothing_yet && (!packet || packet->bytes.empty())) {
      connections_.erase(id);  // closed: that says nothing of the process's end
      return;
    }
    if (packet) answer(found, std::move(*packet));
    serve(id);
  });
}

void ControlServer::answer(Connection& connection, ipc::Packet packet) {
  ipc::ControlReply reply = ipc::Refused{"not a request of this version of ninelives"};
  if (auto request = from_bytes<ipc::ControlRequest>(packet.bytes)) {
    reply = handle_(connection.client, *request,
                    packet.fds.empty() ? ipc::UniqueFd() : std::move(packet.fds.front()));
  }
  // A client that does not read its answer loses it: nobody waits for it here.
  static_cast<void>(ipc::send_packet(connection.socket.native_handle(), to_bytes(reply)));
}

}  // namespace ninelives::supervisor
