// How a program that is not in the tree becomes a process of a running node: it gets a slot and a mailbox of
// its own, and may call, cast and watch like any worker. Its death is seen like a worker's; the node's end
// ends its calls.
#pragma once
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include <ninelives/ref.hpp>

namespace ninelives {

namespace detail {
class NodeProcess;
}

// While it lives, the thread that made it is a process of the node. Belongs to that thread.
class Node {
 public:
  // `name`: of a node that this user runs; empty: the only one. The error is a sentence for people.
  static std::expected<Node, std::string> attach(std::string_view name = {});

  Node(Node&&) noexcept;
  Node& operator=(Node&&) noexcept;
  ~Node();

  Pid self() const;

 private:
  explicit Node(std::unique_ptr<detail::NodeProcess> process);

  std::unique_ptr<detail::NodeProcess> process_;
};

}  // namespace ninelives
