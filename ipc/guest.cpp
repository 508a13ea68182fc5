#include "ipc/guest.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ninelives/ipc/codec.hpp>

#include "ipc/control.hpp"
#include "ipc/node_registry.hpp"
#include "ipc/poison.hpp"

namespace ninelives::ipc {
namespace {

// By it the root learns of this process's end: pidfd_open(2).
UniqueFd own_pidfd() { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0))); }

// Said without waiting for the answer: nobody's end may hang on a root that is stopped.
void give_back(int control) {
  static_cast<void>(send_packet(control, to_bytes(ControlRequest(DetachRequest{}))));
}

}  // namespace

Result<std::unique_ptr<Guest>> Guest::attach(std::string_view node) {
  auto found = find_node(node);
  if (!found) return std::unexpected(found.error());
  auto files = NodeFiles::open(found->directory);
  if (!files) return std::unexpected(files.error());
  auto control = connect_control(*files);
  if (!control) return std::unexpected(control.error());
  auto reply = ask(control->get(), AttachRequest{}, own_pidfd().get());
  if (!reply) return std::unexpected(reply.error());
  const auto* place = std::get_if<Attached>(&*reply);
  if (!place) return fault("the root supervisor of node " + found->name + " gives no place to this process");
  auto endpoint =
      Endpoint::attach(found->directory, {place->slot, place->incarnation}, Endpoint::SleepsOn::futex);
  if (!endpoint) {
    give_back(control->get());
    return std::unexpected(endpoint.error());
  }
  return std::unique_ptr<Guest>(new Guest(std::move(*control), std::move(*endpoint)));
}

Guest::Guest(UniqueFd control, std::unique_ptr<Endpoint> endpoint)
    : control_(std::move(control)), goodbye_(::eventfd(0, EFD_CLOEXEC)), endpoint_(std::move(endpoint)) {
  // The program's signals are not for a thread that it knows nothing of.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  watcher_ = std::thread([this] { watch_node(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// The root sends nothing unasked: what makes the socket readable is its end.
void Guest::watch_node() {
  std::array<pollfd, 2> wanted{{{control_.get(), POLLIN, 0}, {goodbye_.get(), POLLIN, 0}}};
  while (::poll(wanted.data(), wanted.size(), -1) < 0 && errno == EINTR) {
  }
  if (wanted[0].revents != 0) endpoint_->node_has_ended();
}

Guest::~Guest() {
  if (is_poisoned()) {  // a forked child's copy: the place is its parent's, and so is what was mapped
    static_cast<void>(endpoint_.release());
    static_cast<void>(new std::thread(std::move(watcher_)));  // runs in the parent only: nothing to wait for
    return;
  }
  ::eventfd_write(goodbye_.get(), 1);
  watcher_.join();
  endpoint_.reset();  // the mappings go before the place is given back
  give_back(control_.get());
}

}  // namespace ninelives::ipc
