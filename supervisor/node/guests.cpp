#include "supervisor/node/guests.hpp"

#include <algorithm>
#include <fstream>
#include <poll.h>

#include "supervisor/os/file_limit.hpp"

namespace ninelives::supervisor {
namespace {

using Descriptor = boost::asio::posix::stream_descriptor;

// Each keeps two descriptors of the root's, its pidfd and its door, and what is left must do for launching.
std::size_t most_guests() { return file_limit() / 8; }

// Which process a pidfd stands for: proc(5), /proc/<pid>/fdinfo. 0: none, or it has ended; -1 likewise.
int pid_of(int pidfd) {
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(pidfd));
  std::string key;
  for (int pid = 0; info >> key;) {
    if (key == "Pid:" && info >> pid) return pid;
  }
  return 0;
}

bool is_readable(int fd) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, 0) == 1;
}

}  // namespace

Guests::Guests(boost::asio::io_context& io, Rows& rows, Slots& slots)
    : io_(io), rows_(rows), slots_(slots), free_timer_(io) {}

ipc::ControlReply Guests::attach(const ControlServer::Client& client, ipc::UniqueFd pidfd) {
  if (guests_.size() >= most_guests())
    return ipc::Refused{"too many processes outside the tree are attached already"};
  const bool has_place = std::any_of(guests_.begin(), guests_.end(),
                                     [&](const auto& entry) { return entry.second->client == client.id; });
  if (has_place) return ipc::Refused{"this connection has a place in the node already"};
  if (!pidfd || pid_of(pidfd.get()) != client.os_pid) {
    return ipc::Refused{"a process that attaches sends a pidfd of its own"};
  }
  auto owner = slots_.add({.name = {}, .type = ipc::RowType::guest});
  if (!owner) return ipc::Refused{owner.error().text};
  const Pid pid{owner->slot, owner->owner_inc};
  rows_.starting(pid);
  rows_.os_pid(pid, client.os_pid);
  rows_.running(pid);
  guests_.emplace(pid.slot, std::make_unique<Guest>(io_, pidfd.release(), pid, client.id));
  watch(pid.slot);
  return ipc::Attached{pid.slot, pid.incarnation};
}

ipc::ControlReply Guests::detach(const ControlServer::Client& client) {
  auto found = std::find_if(guests_.begin(), guests_.end(),
                            [&](const auto& entry) { return entry.second->client == client.id; });
  if (found == guests_.end()) return ipc::Refused{"this connection has no process in the node"};
  end(found->first);
  return ipc::Done{};
}

// Asio keeps the state of a closed descriptor for the next one. What the same batch of events has told of the
// former is then told of its successor: a guest that has just attached would be taken for dead. So the pidfd
// itself is asked.
void Guests::watch(Slot slot) {
  Descriptor& pidfd = guests_.at(slot)->pidfd;
  pidfd.async_wait(Descriptor::wait_read, [this, slot, &pidfd](const boost::system::error_code& error) {
    if (error) return;
    if (is_readable(pidfd.native_handle())) {
      end(slot);
    } else {
      watch(slot);
    }
  });
}

void Guests::end(Slot slot) {
  const Pid pid = guests_.at(slot)->pid;
  guests_.erase(slot);
  rows_.ended(pid, ExitReason::noproc());
  rows_.down(pid, ipc::RowState::gone);
  free_gone_slots();
}

// Its peers have just been told; as soon as they have taken what it left, nothing of it stays. A peer that
// never does is asked less and less often.
void Guests::free_later(std::chrono::milliseconds pause) {
  static constexpr std::chrono::milliseconds longest = std::chrono::seconds(30);
  free_timer_.expires_after(pause);
  free_timer_.async_wait([this, pause](const boost::system::error_code& error) {
    if (!error && slots_.free_drained() > 0) free_later(std::min(pause * 4, longest));
  });
}

}  // namespace ninelives::supervisor
