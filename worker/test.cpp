#include <ninelives/test.hpp>

#include "worker/virtual_node.hpp"

namespace ninelives::test {

Node::Node() : node_(std::make_unique<detail::VirtualNode>()) {}
Node::~Node() = default;

void Node::start_ops(std::string name, std::unique_ptr<detail::ServerOps> ops) {
  node_->start(std::move(name), std::move(ops));
}

void Node::run() { node_->run(); }
void Node::advance(std::chrono::nanoseconds time) { node_->advance(time); }

void Node::kill(std::string_view name) {
  if (detail::VirtualProcess* process = node_->find(name)) process->end(ExitReason::killed());
  node_->run();
}

bool Node::is_alive(std::string_view name) const {
  const detail::VirtualProcess* process = node_->find(name);
  return process && process->is_alive();
}

std::optional<Pid> Node::pid(std::string_view name) const {
  const detail::VirtualProcess* process = node_->find(name);
  return process ? std::optional(process->self()) : std::nullopt;
}

std::optional<ExitReason> Node::reason(std::string_view name) const {
  const detail::VirtualProcess* process = node_->find(name);
  return process ? process->reason() : std::nullopt;
}

std::vector<std::string> Node::log(std::string_view name) const {
  const detail::VirtualProcess* process = node_->find(name);
  return process ? process->logged() : std::vector<std::string>();
}

}  // namespace ninelives::test
