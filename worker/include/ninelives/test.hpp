// Unit tests of servers: a node in the test's own process. There is no fork, no shared memory and no waiting;
// its servers take turns on the test's thread, and time is what the test says. They use the same functions as
// ever, and so does the test, which is a process of that node itself:
//
//   ninelives::test::Node node;
//   node.start<Kv>("kv");
//   REQUIRE(ninelives::whereis<KvApi>("kv").call(Get{"a"}) == std::nullopt);
//   node.advance(30s);                                  // timers, time-outs, in their order
//   REQUIRE(node.reason("kv") == ExitReason::normal());
//
// A call returns when its reply is there. Where everybody waits, time passes up to the next timer; so a call
// that nobody answers ends in its time-out, at once. What is not there: supervisors (who restarts a server is
// the test), programs, and mailboxes that are full.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ninelives/detail/dispatch.hpp>

namespace ninelives {

namespace detail {
class VirtualNode;
}

namespace test {

// Belongs to its thread, of which it is the only node as long as it lives.
class Node {
 public:
  Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();

  // A server of that type runs under that name, when its init and all that follows from it has been done. A
  // name can be used again when its server is over. The reference is the server itself, to look into; it is
  // valid as long as the node.
  template <class Server, class... Arguments>
    requires std::derived_from<Server, GenServerBase> && Protocol<Server>
  Server& start(std::string name, Arguments&&... arguments) {
    static_assert(detail::check_server<Server>());
    auto server = std::make_shared<Server>(std::forward<Arguments>(arguments)...);
    servers_.push_back(server);
    start_ops(std::move(name), std::make_unique<detail::Dispatcher<Server>>(*server));
    return *server;
  }

  // Everybody does what there is to do now.
  void run();
  // Time passes, and what falls due happens at its time.
  void advance(std::chrono::nanoseconds time);

  // kill -9: no callback runs.
  void kill(std::string_view name);

  // ---- of the last server of that name

  bool is_alive(std::string_view name) const;
  std::optional<Pid> pid(std::string_view name) const;
  // Why it is over; nothing: it is not.
  std::optional<ExitReason> reason(std::string_view name) const;
  // The lines that it would have logged, such as messages that it has dropped.
  std::vector<std::string> log(std::string_view name) const;

 private:
  void start_ops(std::string name, std::unique_ptr<detail::ServerOps> ops);

  std::vector<std::shared_ptr<void>> servers_;
  std::unique_ptr<detail::VirtualNode> node_;
};

}  // namespace test
}  // namespace ninelives
