#include "ipc/guest.hpp"

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
      Endpoint::attach(found->directory, {place->slot, place->incarnation}, Endpoint::SleepsOn::door);
  if (!endpoint) {
    give_back(control->get());
    return std::unexpected(endpoint.error());
  }
  return std::unique_ptr<Guest>(new Guest(std::move(*control), std::move(*endpoint)));
}

Guest::Guest(UniqueFd control, std::unique_ptr<Endpoint> endpoint)
    : control_(std::move(control)), endpoint_(std::move(endpoint)) {
  endpoint_->set_lifeline(control_.get());
}

Guest::~Guest() {
  if (is_poisoned()) {  // a forked child's copy: the place is its parent's, and so is what was mapped
    static_cast<void>(endpoint_.release());
    return;
  }
  endpoint_.reset();  // the mappings go before the place is given back
  give_back(control_.get());
}

}  // namespace ninelives::ipc
