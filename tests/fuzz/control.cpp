// Any packets to the control socket, with file descriptors or without: each gets one answer that its sender
// can read, only a request reaches the root, and no descriptor stays behind.
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <fuzzer/FuzzedDataProvider.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ninelives/ipc/codec.hpp>

#include "supervisor/node/control_server.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace ninelives;
using namespace ninelives::ipc;
using ninelives::fuzz::require;
using ninelives::supervisor::ControlServer;

// Of those that this process could have opened meanwhile.
int open_descriptors() {
  constexpr int most = 64;
  int open = 0;
  for (int fd = 0; fd < most; ++fd) open += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  return open;
}

class Root {
 public:
  Root() : files_(NodeFiles::open(dir_.path()).value()) {
    auto handle = [this](const ControlServer::Client& client, const ControlRequest& request,
                         UniqueFd passed) { return answer(client, request, passed); };
    server_ = ControlServer::open(io_, files_, handle).value();
    poll();
  }

  UniqueFd connect() { return connect_control(files_).value(); }
  // All that can be done now is done. A round may make the next one possible.
  void poll() {
    for (int round = 0; round < 3; ++round) io_.poll();
  }
  std::optional<std::string> heard() { return std::exchange(heard_, std::nullopt); }

 private:
  ControlReply answer(const ControlServer::Client& client, const ControlRequest& request,
                      const UniqueFd& passed) {
    require(client.os_pid == ::getpid(), "the kernel says who asks");
    require(!passed || ::fcntl(passed.get(), F_GETFD) >= 0, "what was passed is a descriptor");
    heard_ = to_bytes(request);
    if (std::holds_alternative<AttachRequest>(request)) return Attached{7, 9};
    return Done{};
  }

  test::TempDir dir_;
  NodeFiles files_;
  boost::asio::io_context io_;
  std::unique_ptr<ControlServer> server_;
  std::optional<std::string> heard_;
};

void check_answer(const std::string& bytes, const std::string& request, Root& root) {
  const auto reply = from_bytes<ControlReply>(bytes);
  require(reply.has_value(), "an answer can be read");
  const auto understood = from_bytes<ControlRequest>(request);
  const auto heard = root.heard();
  require(heard.has_value() == understood.has_value(),
          "what is a request reaches the root, and nothing else");
  require(std::holds_alternative<Refused>(*reply) != understood.has_value(), "what is no request is refused");
  if (understood) require(*heard == to_bytes(*understood), "the root hears what was asked");
}

void talk(Root& root, FuzzedDataProvider& input) {
  const UniqueFd client = root.connect();
  constexpr int most_packets = 8;
  for (int sent = 0; input.remaining_bytes() > 0 && sent < most_packets; ++sent) {
    const int passed = input.ConsumeBool() ? client.get() : -1;
    const std::string request = input.ConsumeRandomLengthString(1024);
    if (!send_packet(client.get(), request, passed)) return;
    root.poll();
    const auto answer = receive_packet(client.get(), MSG_DONTWAIT);
    if (request.empty())
      return require(answer && answer->bytes.empty(), "who says nothing is taken for gone");
    require(answer && !answer->bytes.empty(), "each packet is answered at once");
    check_answer(answer->bytes, request, root);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Root root;
  FuzzedDataProvider input(data, size);
  const int open_before = open_descriptors();
  talk(root, input);
  root.poll();
  require(open_descriptors() == open_before, "no descriptor stays behind");
  return 0;
}
