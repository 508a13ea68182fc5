#include "ipc/control.hpp"

#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <ninelives/ipc/codec.hpp>

namespace ninelives::ipc {
namespace {

// A path of any length: sun_path has 108 bytes, but the directory is open already.
sockaddr_un control_address(const NodeFiles& files) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(files.dir()) + "/" + NodeFiles::control;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

Result<UniqueFd> make_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) return os_error("cannot make a socket");
  return fd;
}

bool is_readable_within(int socket, std::chrono::milliseconds patience) {
  pollfd wanted{socket, POLLIN, 0};
  int found = 0;
  do {
    found = ::poll(&wanted, 1, static_cast<int>(patience.count()));
  } while (found < 0 && errno == EINTR);
  return found > 0;
}

}  // namespace

Result<UniqueFd> connect_control(const NodeFiles& files) {
  auto fd = make_socket();
  if (!fd) return fd;
  const sockaddr_un address = control_address(files);
  if (::connect(fd->get(), generic(address), sizeof address) != 0) {
    return os_error("cannot reach the root supervisor of " + files.path().string());
  }
  return fd;
}

Result<UniqueFd> listen_control(const NodeFiles& files) {
  auto fd = make_socket();
  if (!fd) return fd;
  const sockaddr_un address = control_address(files);
  if (::bind(fd->get(), generic(address), sizeof address) != 0 || ::listen(fd->get(), SOMAXCONN) != 0) {
    return os_error("cannot listen in " + files.path().string());
  }
  return fd;
}

Result<void> send_packet(int socket, std::string_view bytes, int pass_fd) {
  iovec data{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (pass_fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &pass_fd, sizeof pass_fd);
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return os_error("cannot send over the control socket");
  return {};
}

Result<Packet> receive_packet(int socket, int flags) {
  constexpr std::size_t fds_max = 4;
  Packet packet;
  packet.bytes.resize(control_packet_max);
  iovec data{packet.bytes.data(), packet.bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(fds_max * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t length = 0;
  do {
    length = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  } while (length < 0 && errno == EINTR);
  if (length < 0) return os_error("cannot receive from the control socket");
  packet.bytes.resize(static_cast<std::size_t>(length));
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      packet.fds.emplace_back(fd);
    }
  }
  return packet;
}

Result<ControlReply> ask(int socket, const ControlRequest& request, int pass_fd,
                         std::chrono::milliseconds patience) {
  if (auto sent = send_packet(socket, to_bytes(request), pass_fd); !sent)
    return std::unexpected(sent.error());
  if (!is_readable_within(socket, patience))
    return fault("the root supervisor does not answer: is it stopped?");
  auto packet = receive_packet(socket);
  if (!packet) return std::unexpected(packet.error());
  if (packet->bytes.empty()) return fault("the node has ended");
  auto reply = from_bytes<ControlReply>(packet->bytes);
  if (!reply) return fault("the root supervisor answers in another version: " + reply.error());
  if (auto* refused = std::get_if<Refused>(&*reply)) return fault(refused->text);
  return std::move(*reply);
}

}  // namespace ninelives::ipc
