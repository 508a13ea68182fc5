#include <ninelives/node.hpp>

#include "worker/node_process.hpp"

namespace ninelives {

std::expected<Node, std::string> Node::attach(std::string_view name) {
  if (detail::Process::current()) return std::unexpected("this thread is a process of a node already");
  auto guest = ipc::Guest::attach(name);
  if (!guest) return std::unexpected(guest.error().text);
  return Node(std::make_unique<detail::NodeProcess>(std::move(*guest)));
}

Node::Node(std::unique_ptr<detail::NodeProcess> process) : process_(std::move(process)) {}
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

Pid Node::self() const { return process_->self(); }

}  // namespace ninelives
