#include "supervisor/node/remote_places.hpp"

#include <catch2/catch.hpp>
#include <sys/socket.h>

#include <ninelives/ipc/codec.hpp>

#include "tests/support/temp_dir.hpp"

namespace ninelives::test {
namespace {

template <class T>
T must(ipc::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  return std::move(*result);
}

// The other end of the control socket. It never answers in time.
class SlowRoot {
 public:
  explicit SlowRoot(const ipc::NodeFiles& files) : listener_(must(ipc::listen_control(files))) {}

  void accept() { client_.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
  // The name that a request is about which has come over the connection that was accepted last.
  std::string asked() const {
    const auto packet = must(ipc::receive_packet(client_.get(), MSG_DONTWAIT));
    const auto request = from_bytes<ipc::ControlRequest>(packet.bytes);
    return std::get<ipc::PlacesRequest>(request.value()).places.front().name;
  }
  bool has_been_left() const {
    const auto packet = ipc::receive_packet(client_.get(), MSG_DONTWAIT);
    return packet && packet->bytes.empty();
  }

 private:
  ipc::UniqueFd listener_;
  ipc::UniqueFd client_;
};

}  // namespace

TEST_CASE("whoever got no answer from the root asks over another connection, where no late answer can come") {
  const TempDir directory;
  const ipc::NodeFiles files = must(ipc::NodeFiles::open(directory.path()));
  SlowRoot root(files);
  auto places = must(supervisor::RemotePlaces::connect(files, 1, std::chrono::milliseconds(1)));
  root.accept();
  CHECK_FALSE(places.allot(std::vector<ipc::PlaceWanted>{{.name = "first"}}));
  CHECK(root.asked() == "first");
  REQUIRE(root.has_been_left());

  CHECK_FALSE(places.allot(std::vector<ipc::PlaceWanted>{{.name = "second"}}));
  root.accept();
  CHECK(root.asked() == "second");
  CHECK(root.has_been_left());
}

}  // namespace ninelives::test
