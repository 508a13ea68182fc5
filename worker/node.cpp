#include <ninelives/node.hpp>

#include <sys/syscall.h>
#include <unistd.h>

#include "ipc/control.hpp"
#include "ipc/node_registry.hpp"
#include "worker/process.hpp"

namespace ninelives {
namespace {

// The root learns of this process's end by this descriptor: pidfd_open(2).
ipc::UniqueFd own_pidfd() { return ipc::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0))); }

ipc::Result<std::unique_ptr<detail::Process>> attach_to(std::string_view name) {
  auto node = ipc::find_node(name);
  if (!node) return std::unexpected(node.error());
  auto files = ipc::NodeFiles::open(node->directory);
  if (!files) return std::unexpected(files.error());
  auto control = ipc::connect_control(*files);
  if (!control) return std::unexpected(control.error());
  auto reply = ipc::ask(control->get(), ipc::AttachRequest{}, own_pidfd().get());
  if (!reply) return std::unexpected(reply.error());
  const auto* place = std::get_if<ipc::Attached>(&*reply);
  if (!place) return ipc::fault("the root supervisor of node " + node->name + " gives no place to this process");
  auto endpoint = ipc::Endpoint::attach(node->directory, {place->slot, place->incarnation}, ipc::Endpoint::SleepsOn::door);
  if (!endpoint) return std::unexpected(endpoint.error());
  (*endpoint)->set_lifeline(control->get());
  return std::make_unique<detail::Process>(std::move(*endpoint), std::move(*control));
}

}  // namespace

std::expected<Node, std::string> Node::attach(std::string_view name) {
  if (detail::Process::current()) return std::unexpected("this thread is a process of a node already");
  auto process = attach_to(name);
  if (!process) return std::unexpected(process.error().text);
  return Node(std::move(*process));
}

Node::Node(std::unique_ptr<detail::Process> process) : process_(std::move(process)) {}
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

Pid Node::self() const { return process_->endpoint().self(); }

}  // namespace ninelives
