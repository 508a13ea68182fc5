// A node with one supervisor to be managed, which has one child that nothing happens to; and moody workers
// for it. The test's thread is a process of the node.
#pragma once
#include <fcntl.h>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

#include <ninelives/node.hpp>
#include <ninelives/supervisor.hpp>

#include "tests/programs/moody.hpp"
#include "tests/support/running_node.hpp"
#include "tests/support/trees.hpp"
#include "tests/support/wait_until.hpp"

namespace ninelives::test {

inline Node attach() {
  auto node = Node::attach();
  if (!node) throw std::runtime_error(node.error());
  return std::move(*node);
}

// In a thread of its own, which is another process of the node: for what does not come back soon.
template <class Ask>
auto in_thread(Ask ask) {
  return std::async(std::launch::async, [ask] {
    const Node node = attach();
    return ask();
  });
}

class Managed {
 public:
  // `named`: the supervisor's name; empty: the root. `lines`: of its section in the tree file. A dynamic one
  // has no children at first.
  explicit Managed(const std::string& named, std::string_view lines = "intensity = 1000000",
                   const std::vector<std::string>& children = {sleeper("other")})
      : supervisor(named),
        top(named),
        running(sandbox, named.empty()
                             ? tree_of(children, lines)
                             : tree_of({sleeper("elsewhere"), test::supervisor(named, children, lines)})) {
    running.wait_for_start(supervisor.empty() ? "other" : supervisor);
    node.emplace(attach());
  }

  std::string name(const std::string& id) const { return supervisor.empty() ? id : supervisor + "/" + id; }

  ChildSpec moody(const std::string& id) const {
    return {.id = id, .command = {test_program("moody"), sandbox / "mood"}};
  }
  // How the next ones start.
  void mood(const std::string& words) const {
    sandbox.write("next-mood", words);
    std::filesystem::rename(sandbox / "next-mood", sandbox / "mood");  // never half of it
  }

  // They wait at that moment from now on ("start" needs the mood "slow").
  void make_pipe(const std::string& moment) const {
    if (::mkfifo(pipe(moment).c_str(), 0600) != 0) throw std::runtime_error("no pipe");
  }
  void wait_at(const std::string& moment) const {
    const bool reached = wait_until([&] { return std::filesystem::exists(pipe(moment) + ".reached"); });
    if (!reached) throw std::runtime_error("nobody waits at " + moment);
  }
  void go_on(const std::string& moment) const {
    std::filesystem::remove(pipe(moment) + ".reached");
    const ipc::UniqueFd opened(::open(pipe(moment).c_str(), O_WRONLY | O_CLOEXEC));
  }

  Ended ninelives(const std::vector<std::string>& arguments) const { return sandbox.ninelives(arguments); }

  Sandbox sandbox;
  std::string supervisor;
  Supervisor top;
  RunningNode running;
  std::optional<Node> node;

 private:
  std::string pipe(const std::string& moment) const { return (sandbox / "mood").string() + "." + moment; }
};

}  // namespace ninelives::test
