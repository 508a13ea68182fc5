// main() of a worker that waits for messages and for I/O of its own, on one Asio loop.
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <ninelives/io.hpp>

#include "worker/worker.hpp"

namespace ninelives::detail {
namespace {

using Descriptor = boost::asio::posix::stream_descriptor;

// The mailbox's door is one more descriptor of the loop.
class WaitingForIo final : public Waiting {
 public:
  WaitingForIo(boost::asio::io_context& io, ipc::Endpoint& endpoint)
      : io_(io), endpoint_(endpoint), door_(io, endpoint.door()), alarm_(io) {}
  WaitingForIo(const WaitingForIo&) = delete;
  WaitingForIo& operator=(const WaitingForIo&) = delete;
  ~WaitingForIo() override { door_.release(); }  // the endpoint's own

  Server::End wait(ipc::Deadline deadline) override {
    if (auto end = give_turn()) return end;
    if (!endpoint_.park()) {
      endpoint_.collect();
      return std::nullopt;
    }
    const ipc::Deadline backstop = ipc::Clock::now() + ipc::Endpoint::backstop_interval;
    set_alarm(std::min(deadline, backstop));
    watch_door();
    auto end = guarded([&] { io_.run_one(); });
    endpoint_.unpark();
    endpoint_.collect();
    if (ipc::Clock::now() >= backstop) endpoint_.look_everywhere();
    return end;
  }

  Server::End give_turn() override {
    return guarded([&] { io_.poll(); });
  }

 private:
  // Without work of the server's own, the loop has the door and the alarm: it never stops.
  template <class Run>
  Server::End guarded(Run run) {
    io_.restart();
    try {
      run();
    } catch (const std::exception& thrown) {
      return ExitReason::error("exception in an I/O handler: " + std::string(thrown.what()));
    } catch (...) {
      return ExitReason::error("exception in an I/O handler that is no std::exception");
    }
    return std::nullopt;
  }

  void set_alarm(ipc::Deadline at) {
    if (alarm_set_ && at == alarm_.expiry()) return;
    alarm_.expires_at(at);
    alarm_set_ = true;
    alarm_.async_wait([this, at](const boost::system::error_code& error) {
      if (!error && alarm_.expiry() == at) alarm_set_ = false;
    });
  }

  void watch_door() {
    if (std::exchange(door_is_watched_, true)) return;
    door_.async_wait(Descriptor::wait_read,
                     [this](const boost::system::error_code&) { door_is_watched_ = false; });
  }

  boost::asio::io_context& io_;
  ipc::Endpoint& endpoint_;
  Descriptor door_;
  boost::asio::steady_timer alarm_;
  bool alarm_set_ = false;
  bool door_is_watched_ = false;
};

}  // namespace

int serve_with_io(boost::asio::io_context& io, const MakeServer& make) {
  const auto process = attach_as_worker(ipc::Endpoint::SleepsOn::door);
  if (!process) return exit_usage;
  WaitingForIo waiting(io, process->endpoint());
  return Worker(*process, make, waiting).run();
}

}  // namespace ninelives::detail
