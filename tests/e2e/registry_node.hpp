// A node with one registry, "names", and processes that stand in it: the test's own thread, and others.
#pragma once
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <type_traits>

#include <ninelives/node.hpp>
#include <ninelives/registry.hpp>

#include "tests/programs/member.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {

using registry::Refusal;

inline Node attach() {
  auto node = Node::attach();
  if (!node) throw std::runtime_error(node.error());
  return std::move(*node);
}

// Another process of the node, in a thread of its own: does what it is told, and ends with this object or
// before.
class Someone {
 public:
  Someone() {
    pid_ = does([] { return detail::self(); });
  }
  Someone(const Someone&) = delete;
  Someone& operator=(const Someone&) = delete;
  ~Someone() { end(); }

  const Pid& pid() const { return pid_; }

  // Returns what it returns; it runs alone, one after the other.
  template <class Do>
  std::invoke_result_t<Do> does(Do what) {
    return begins(std::move(what)).get();
  }
  template <class Do>
  std::future<std::invoke_result_t<Do>> begins(Do what) {
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Do>()>>(std::move(what));
    auto result = task->get_future();
    const std::lock_guard lock(mutex_);
    tasks_.push([task] { (*task)(); });
    changed_.notify_one();
    return result;
  }

  // Its process is over, whenever the root hears of it.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
      changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void live() {
    const Node node = attach();
    while (auto task = next()) task();
  }
  std::function<void()> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_over_ || !tasks_.empty(); });
    if (tasks_.empty()) return nullptr;
    auto task = std::move(tasks_.front());
    tasks_.pop();
    return task;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::function<void()>> tasks_;
  bool is_over_ = false;
  std::thread thread_{[this] { live(); }};
  Pid pid_;
};

// The registry is the child "names"; "audit" is told of what changes in it.
class RegistryNode {
 public:
  explicit RegistryNode(std::vector<std::string> options = {}, const std::vector<std::string>& more = {})
      : running(sandbox, tree_of(children(std::move(options), more), "intensity = 1000000")) {
    running.wait_for_start(more.empty() ? "names" : "last");
    node.emplace(attach());
  }

  const Registry names{"names"};
  Pid me() const { return node->self(); }

  Sandbox sandbox;
  RunningNode running;
  std::optional<Node> node;

 private:
  static std::vector<std::string> children(std::vector<std::string> options,
                                           const std::vector<std::string>& more) {
    std::vector<std::string> children{registry("names", options)};
    children.insert(children.end(), more.begin(), more.end());
    if (!more.empty()) children.push_back(sleeper("last"));
    return children;
  }
};

inline std::vector<std::string> with_listener(std::vector<std::string> options) {
  options.insert(options.end(), {"--listener", "audit"});
  return options;
}
inline std::vector<std::string> changes() { return whereis<MemberApi>("audit").call(Changes{}).value(); }

template <class T>
std::string why(const RegistryResult<T>& result) {
  return result ? "" : to_string(result.error());
}

template <class V>
std::vector<Pid> pids(const std::vector<Registered<V>>& entries) {
  std::vector<Pid> pids;
  for (const Registered<V>& entry : entries) pids.push_back(entry.pid);
  return pids;
}

}  // namespace ninelives::test
