// A running node of parrots (tests/worker/parrot.hpp), each a worker of its own; the test's thread is a
// process of the node.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/managed.hpp"
#include "tests/worker/parrot.hpp"

namespace ninelives::test {

class Flock {
 public:
  // `lines`: of each child in the tree file.
  explicit Flock(std::vector<std::string> names, const std::string& lines = "")
      : running(sandbox, tree_of(children(names, lines), "intensity = 1000")) {
    running.wait_for_start(names.back());
    node_.emplace(attach());
  }

  Ref<ParrotApi> ref(const std::string& name) const { return whereis<ParrotApi>(name); }
  Pid pid(const std::string& name) const { return ref(name).pid().value(); }
  std::vector<std::string> heard(const std::string& name) const { return ref(name).call(Heard{}).value(); }
  bool hears(const std::string& name, const std::vector<std::string>& what) const {
    return wait_until([&] {
      const auto heard = ref(name).call(Heard{});
      return heard && *heard == what;
    });
  }
  Ended ninelives(const std::vector<std::string>& arguments) const { return sandbox.ninelives(arguments); }

  Sandbox sandbox;
  RunningNode running;

 private:
  static std::vector<std::string> children(const std::vector<std::string>& names, const std::string& lines) {
    std::vector<std::string> specs;
    for (const std::string& name : names) specs.push_back(worker(name, {test_program("parrot")}, lines));
    return specs;
  }

  std::optional<Node> node_;
};

}  // namespace ninelives::test
