#include "ipc/guest.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <system_error>
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
  UniqueFd goodbye(::eventfd(0, EFD_CLOEXEC));
  if (!goodbye) return os_error("cannot attach to node " + found->name);
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
  std::unique_ptr<Guest> guest(new Guest(std::move(*control), std::move(goodbye), std::move(*endpoint)));
  if (!guest->start_watching()) return fault("no thread can be started that watches node " + found->name);
  return guest;
}

Guest::Guest(UniqueFd control, UniqueFd goodbye, std::unique_ptr<Endpoint> endpoint)
    : control_(std::move(control)), goodbye_(std::move(goodbye)), endpoint_(std::move(endpoint)) {}

// The program's signals are not for a thread that it knows nothing of. False: the system has no more threads.
bool Guest::start_watching() {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    watcher_ = std::make_unique<std::thread>([this] { watch_node(); });
  } catch (const std::system_error&) {
    watcher_ = nullptr;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return watcher_ != nullptr;
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
    static_cast<void>(watcher_.release());  // it runs in the parent only: there is nothing to wait for
    return;
  }
  ::eventfd_write(goodbye_.get(), 1);
  if (watcher_) watcher_->join();
  endpoint_.reset();  // the mappings go before the place is given back
  give_back(control_.get());
}

}  // namespace ninelives::ipc
